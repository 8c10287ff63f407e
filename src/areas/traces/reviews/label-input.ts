import { checkText, invalid, lengthOf, quoted } from './check.ts'

/** How a reviewer answers. */
export type LabelInput =
  | { readonly kind: 'pass_fail'; readonly positive: string; readonly negative: string }
  | { readonly kind: 'categorical'; readonly options: readonly string[]; readonly multiple: boolean }
  | { readonly kind: 'numeric'; readonly least: number | null; readonly most: number | null }
  | { readonly kind: 'text'; readonly longest: number | null }

const longestLabel = 64
const mostOptions = 10

const names = {
  pass_fail: 'InputPassFail',
  categorical: 'InputCategorical',
  numeric: 'InputNumeric',
  text: 'InputText',
} as const satisfies Record<LabelInput['kind'], string>

/** Fails with `invalid_argument`. */
export function checkInput(input: LabelInput): void {
  if (input.kind === 'pass_fail') checkPassFail(input)
  else if (input.kind === 'categorical') checkOptions(input.options)
  else if (input.kind === 'numeric') checkBounds(input)
  else if (input.longest !== null && input.longest < 1) {
    throw invalid(`\`InputText.max_length\` must be at least 1; got ${input.longest}.`)
  }
}

/** What was answered must still fit: only the options, labels and bounds may change. */
export function checkSameInput(before: LabelInput, after: LabelInput): void {
  if (before.kind !== after.kind) {
    throw invalid(
      `A label schema's input type cannot be changed after creation (existing: ${names[before.kind]}, ` +
        `got: ${names[after.kind]}).`,
    )
  }
  if (before.kind === 'categorical' && after.kind === 'categorical' && before.multiple !== after.multiple) {
    throw invalid('`InputCategorical.multi_select` cannot be changed after creation.')
  }
}

function checkPassFail({ positive, negative }: { positive: string; negative: string }): void {
  checkText(positive, '`InputPassFail.positive_label`', longestLabel)
  checkText(negative, '`InputPassFail.negative_label`', longestLabel)
  if (positive === negative) {
    throw invalid(
      '`InputPassFail.positive_label` and `negative_label` must be distinct; ' +
        `got '${positive}' for both.`,
    )
  }
}

function checkOptions(options: readonly string[]): void {
  if (options.length === 0) {
    throw invalid(`\`InputCategorical.options\` must be a non-empty list; got ${quoted(options)}.`)
  }
  if (options.length > mostOptions) {
    throw invalid(
      `\`InputCategorical.options\` must have at most ${mostOptions} entries; got ${options.length}.`,
    )
  }
  for (const [at, option] of options.entries()) {
    if (option === '') {
      throw invalid("`InputCategorical.options` entries must be non-empty strings; got ''.")
    }
    if (lengthOf(option) > longestLabel) {
      throw invalid(
        `\`InputCategorical.options\` entries must be at most ${longestLabel} characters; ` +
          `got ${lengthOf(option)} for '${option}'.`,
      )
    }
    if (options.indexOf(option) !== at) {
      throw invalid(`\`InputCategorical.options\` must be deduplicated; '${option}' appears twice.`)
    }
  }
}

function checkBounds({ least, most }: { least: number | null; most: number | null }): void {
  for (const [name, bound] of [
    ['min_value', least],
    ['max_value', most],
  ] as const) {
    if (bound !== null && !Number.isFinite(bound)) {
      throw invalid(`\`InputNumeric.${name}\` must be a finite number; got ${bound}.`)
    }
  }
  if (least !== null && most !== null && least >= most) {
    throw invalid(
      '`InputNumeric.min_value` must be strictly less than `max_value`; ' +
        `got min=${decimal(least)}, max=${decimal(most)}.`,
    )
  }
}

function decimal(number: number): string {
  return Number.isInteger(number) ? number.toFixed(1) : String(number)
}
