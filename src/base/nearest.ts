/** The word most like what was written, when it is like it at all: for "did you mean …?". */
export function nearest(written: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const word of words) {
    const away = distance(written.toLowerCase(), word.toLowerCase())
    if (away >= least) continue
    least = away
    best = word
  }
  return best
}

/** ` Did you mean …?`, or nothing. */
export function didYouMean(written: string, words: readonly string[]): string {
  const word = nearest(written, words)
  return word === undefined ? '' : ` Did you mean \`${word}\`?`
}

/** Edits between two words, where swapping two neighbours is one (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let edits = Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (i > 1 && j > 1 && swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      current[j] = edits
    }
    before = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
