import { useState } from 'react'
import { Copy } from '../../design/command.tsx'
import { messagesIn } from './messages.ts'
import classes from './traces.module.css'

const longest = 4000

/** A value of unknown shape: a chat as messages, text as it is, all else as JSON. Long ones are cut until asked for. */
export function Value({ title, value }: { title: string; value: unknown }) {
  const [whole, setWhole] = useState(false)
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  const messages = messagesIn(value)
  return (
    <section className={classes.value}>
      <header>
        <h3>{title}</h3>
        <Copy text={text} what={title.toLowerCase()} />
      </header>
      {messages.length > 0 && !whole ? (
        <div className={classes.chat}>
          {messages.map((message, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a chat has nothing else, and never changes.
            <div key={index} data-role={message.role}>
              <b>{message.role}</b>
              <p>{message.text.length > longest ? `${message.text.slice(0, longest)}…` : message.text}</p>
            </div>
          ))}
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <pre tabIndex={0}>{whole || text.length <= longest ? text : `${text.slice(0, longest)}…`}</pre>
      )}
      {messages.length > 0 || text.length > longest ? (
        <button type="button" className={classes.more} onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : messages.length > 0 ? 'As JSON' : `Show all ${text.length} characters`}
        </button>
      ) : null}
    </section>
  )
}
