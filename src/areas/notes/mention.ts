/** A run of characters that may be a name, after an `@` that no address or word stands before. */
const candidates = /(?<![\p{L}\p{N}._@-])@([a-z0-9][a-z0-9._@-]{0,99})/gu

/** The members that a text mentions, each once, in the order of the text. Code is not read: decorators stand there. */
export function mentionsOf(text: string, members: readonly string[]): string[] {
  const known = new Set(members)
  const found = new Set<string>()
  for (const [, candidate = ''] of withoutCode(text).matchAll(candidates)) {
    const name = longestName(candidate, known)
    if (name !== undefined) found.add(name)
  }
  return [...found]
}

/** Names may hold dots and hyphens, and sentences put them after names. */
function longestName(candidate: string, known: ReadonlySet<string>): string | undefined {
  for (let name = candidate; name !== ''; name = name.slice(0, -1)) {
    if (known.has(name)) return name
    if (!/[._@-]$/.test(name)) return undefined
  }
  return undefined
}

function withoutCode(text: string): string {
  return text
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[`~]*[ \t]*$|(?![\s\S]))/gm, ' ')
    .replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, ' ')
}
