import { lazy, Suspense } from 'react'
import classes from './design.module.css'

const Rendered = lazy(async () => ({ default: (await import('./markdown-rendered.tsx')).MarkdownRendered }))

/** Text that people wrote, as Markdown. HTML in it is shown as text, and pictures are not fetched. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.prose}>
      <Suspense fallback={<p style={{ whiteSpace: 'pre-wrap' }}>{text}</p>}>
        <Rendered text={text} />
      </Suspense>
    </div>
  )
}
