const textTag = 'mlflow.prompt.text'
const typeTag = '_mlflow_prompt_type'
const commitTags = ['mlflow.prompt.commit_message', 'mlflow.prompt.description']

/** The text of a prompt's version: a template, or the messages of a chat one after the other. */
export function promptText(tags: Readonly<Record<string, string>>): string {
  const text = tags[textTag] ?? ''
  return tags[typeTag] === 'chat' || text.startsWith('[') ? (chatText(text) ?? text) : text
}

function chatText(text: string): string | undefined {
  try {
    const messages: unknown = JSON.parse(text)
    if (!Array.isArray(messages)) return undefined
    const parts = messages.map((message: unknown) => {
      if (typeof message !== 'object' || message === null) return undefined
      const { role, content } = message as Record<string, unknown>
      return typeof role === 'string' && typeof content === 'string' ? `[${role}]\n${content}` : undefined
    })
    return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join('\n\n') : undefined
  } catch {
    return undefined
  }
}

/** The names in double braces, each once, in their order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map((match) => match[1] ?? ''))]
}

/** What its author said of a version. */
export function messageOf(version: { description: string; tags: Readonly<Record<string, string>> }): string {
  return version.description || commitTags.map((tag) => version.tags[tag]).find(Boolean) || ''
}

/** Without what clients keep for themselves. */
export function ownTags(tags: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tags).filter(([key]) => !/^(mlflow\.|_mlflow)/.test(key))
}
