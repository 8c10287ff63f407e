import { type Json, parsed } from './span.ts'

const longest = 1000

/** The beginning of what went into a trace or came out of it: the text of the last message when it is a chat. */
export function previewOf(json: Json | undefined, role: 'user' | 'assistant'): string | undefined {
  if (json === undefined) return undefined
  const messages = messagesOf(parsed(json))
  const last = messages.findLast((message) => message.role === role) ?? messages.at(-1)
  const text = (last === undefined ? undefined : contentOf(last.content)) || json
  return text.length <= longest ? text : `${text.slice(0, longest - 3)}...`.toWellFormed()
}

interface Message {
  readonly role: unknown
  readonly content: unknown
}

/** From the request or answer of a chat, in the forms that are in use. */
function messagesOf(value: unknown): Message[] {
  if (!isObject(value)) return []
  const { messages, choices, input, output, request } = value
  if (isFilled(messages)) return messages.filter(isMessage)
  if (isFilled(choices)) {
    const [choice] = choices
    if (isObject(choice) && isMessage(choice.message)) return [choice.message]
  }
  if (isFilled(input)) return input.filter(isMessage)
  if (isFilled(output)) return output.filter(isMessage)
  return messagesOf(request)
}

function contentOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  for (const part of content as unknown[]) {
    if (typeof part === 'string') return part
    if (isObject(part) && (part.type === 'text' || part.type === 'output_text')) return String(part.text)
  }
  return ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFilled(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isMessage(value: unknown): value is Record<string, unknown> & Message {
  return isObject(value) && 'role' in value && 'content' in value
}
