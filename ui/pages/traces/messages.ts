export interface Message {
  readonly role: string
  readonly text: string
}

/** The messages of a chat in the forms that model APIs use; none when the value is something else. */
export function messagesIn(value: unknown): Message[] {
  if (!isObject(value)) return Array.isArray(value) ? messagesOf(value) : []
  if (Array.isArray(value.messages)) return messagesOf(value.messages)
  if (Array.isArray(value.choices)) {
    return messagesOf(value.choices.map((choice: unknown) => (isObject(choice) ? choice.message : undefined)))
  }
  return 'role' in value && 'content' in value ? messagesOf([value]) : []
}

/** All of them are messages, or it is no chat. */
function messagesOf(list: readonly unknown[]): Message[] {
  const found = list.flatMap((one) => {
    if (!isObject(one) || typeof one.role !== 'string') return []
    return [{ role: one.role, text: textOf(one) }]
  })
  return found.length === list.length ? found : []
}

function textOf(message: Record<string, unknown>): string {
  const { content } = message
  if (typeof content === 'string') return content
  if (Array.isArray(content)) {
    const parts = content.map((part: unknown) =>
      isObject(part) && typeof part.text === 'string' ? part.text : JSON.stringify(part),
    )
    return parts.join('\n')
  }
  const { role: _role, ...rest } = message
  return JSON.stringify(rest, null, 2)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
