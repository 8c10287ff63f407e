const key = 'slipway-project'

/** Where the reader was last, if they still may go there; else the first project. */
export function lastProject(names: readonly string[]): string | undefined {
  const remembered = localStorage.getItem(key)
  return names.find((name) => name === remembered) ?? names.find((name) => name === 'default') ?? names[0]
}

export function rememberProject(name: string): void {
  localStorage.setItem(key, name)
}
