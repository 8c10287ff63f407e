import type { SpanRow } from '../../../src/contract/traces.ts'

const colours: Record<string, string> = {
  AGENT: 'var(--series-1)',
  WORKFLOW: 'var(--series-1)',
  CHAIN: 'var(--series-1)',
  TOOL: 'var(--series-2)',
  RETRIEVER: 'var(--series-3)',
  RERANKER: 'var(--series-3)',
  MEMORY: 'var(--series-3)',
  LLM: 'var(--series-4)',
  CHAT_MODEL: 'var(--series-4)',
  EMBEDDING: 'var(--series-5)',
  PARSER: 'var(--series-6)',
  EVALUATOR: 'var(--series-6)',
  GUARDRAIL: 'var(--series-6)',
}

/** By kind of span; what failed is red whatever it is. */
export function colourOf(span: Pick<SpanRow, 'type' | 'status'>): string {
  return span.status === 'error' ? 'var(--bad)' : (colours[span.type] ?? 'var(--text-3)')
}
