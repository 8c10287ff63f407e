/** The versions of a prompt that a run's tag mlflow.linkedPrompts names, as JSON: [{ name, version }]. */
export function usesPrompt(tag: string | undefined, prompt: string): number[] {
  try {
    const linked: unknown = JSON.parse(tag ?? '[]')
    if (!Array.isArray(linked)) return []
    return linked.flatMap((one: unknown) => {
      if (typeof one !== 'object' || one === null) return []
      const { name, version } = one as Record<string, unknown>
      return name === prompt && Number.isInteger(Number(version)) ? [Number(version)] : []
    })
  } catch {
    return []
  }
}
