/** What the attributes of one family of instrumentations mean. Keys that end in `*` are prefixes. */
export interface Convention {
  /** The attribute that says what kind of span it is, and our type of each of its values. */
  readonly kind?: readonly [key: string, types: Readonly<Record<string, string>>]
  readonly inputTokens?: string
  readonly outputTokens?: string
  readonly totalTokens?: string
  readonly cacheRead?: string
  readonly cacheWrite?: readonly string[]
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  readonly model?: readonly string[]
  readonly provider?: string
  readonly tools?: readonly string[]
}

const same = (...types: readonly string[]) => Object.fromEntries(types.map((type) => [type, type]))

/**
 * In the order in which they are asked. OpenInference: Arize-ai/openinference, semantic conventions; GenAI:
 * OpenTelemetry's registry of `gen_ai`; the others after what their instrumentations send.
 */
export const conventions: readonly Convention[] = [
  {
    kind: [
      'openinference.span.kind',
      same(
        'TOOL',
        'CHAIN',
        'LLM',
        'RETRIEVER',
        'EMBEDDING',
        'AGENT',
        'RERANKER',
        'UNKNOWN',
        'GUARDRAIL',
        'EVALUATOR',
      ),
    ],
    inputTokens: 'llm.token_count.prompt',
    outputTokens: 'llm.token_count.completion',
    totalTokens: 'llm.token_count.total',
    cacheRead: 'llm.token_count.prompt_details.cache_read',
    cacheWrite: ['llm.token_count.prompt_details.cache_write'],
    inputs: ['input.value'],
    outputs: ['output.value'],
    model: ['llm.response.model_name', 'llm.model_name', 'llm.request.model_name', 'embedding.model_name'],
    provider: 'llm.provider',
  },
  {
    kind: [
      'gen_ai.operation.name',
      {
        chat: 'CHAT_MODEL',
        create_agent: 'AGENT',
        embeddings: 'EMBEDDING',
        execute_tool: 'TOOL',
        generate_content: 'LLM',
        invoke_agent: 'AGENT',
        text_completion: 'LLM',
        response: 'LLM',
        llm_call: 'LLM',
        tool_call: 'TOOL',
        agent_call: 'AGENT',
      },
    ],
    inputTokens: 'gen_ai.usage.input_tokens',
    outputTokens: 'gen_ai.usage.output_tokens',
    cacheRead: 'gen_ai.usage.cache_read.input_tokens',
    cacheWrite: ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    inputs: ['gen_ai.input.messages', 'gen_ai.tool.call.arguments'],
    outputs: ['gen_ai.output.messages', 'gen_ai.tool.call.result'],
    model: ['gen_ai.response.model', 'gen_ai.request.model'],
    provider: 'gen_ai.provider.name',
    tools: ['gen_ai.tool.definitions'],
  },
  {
    kind: [
      'traceloop.span.kind',
      { workflow: 'WORKFLOW', task: 'TASK', agent: 'AGENT', tool: 'TOOL', unknown: 'UNKNOWN' },
    ],
    inputTokens: 'gen_ai.usage.prompt_tokens',
    outputTokens: 'gen_ai.usage.completion_tokens',
    totalTokens: 'llm.usage.total_tokens',
    inputs: ['traceloop.entity.input', 'gen_ai.prompt.*'],
    outputs: ['traceloop.entity.output', 'gen_ai.completion.*'],
    provider: 'gen_ai.system',
  },
  {
    inputs: ['gcp.vertex.agent.llm_request', 'gcp.vertex.agent.tool_call_args'],
    outputs: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'],
  },
  {
    kind: [
      'ai.operationId',
      {
        'ai.generateText': 'LLM',
        'ai.generateText.doGenerate': 'LLM',
        'ai.toolCall': 'TOOL',
        'ai.streamText': 'LLM',
        'ai.streamText.doStream': 'LLM',
        'ai.generateObject': 'LLM',
        'ai.generateObject.doGenerate': 'LLM',
        'ai.streamObject': 'LLM',
        'ai.streamObject.doStream': 'LLM',
        'ai.embed': 'EMBEDDING',
        'ai.embed.doEmbed': 'EMBEDDING',
        'ai.embedMany': 'EMBEDDING',
      },
    ],
    inputs: ['ai.prompt', 'ai.toolCall.args', 'ai.value', 'ai.values', 'ai.prompt.*'],
    outputs: [
      'ai.response.text',
      'ai.toolCall.result',
      'ai.response.object',
      'ai.embedding',
      'ai.embeddings',
    ],
  },
  {
    kind: ['span.type', { agent: 'AGENT', llm: 'LLM', tool: 'TOOL', memory: 'MEMORY' }],
    inputTokens: 'usage.prompt_tokens',
    outputTokens: 'usage.completion_tokens',
    totalTokens: 'usage.total_tokens',
    inputs: ['agent.messages', 'llm.messages'],
  },
  {
    inputs: ['lk.user_input', 'lk.user_transcript', 'lk.chat_ctx', 'lk.input_text'],
    outputs: ['lk.response.text', 'lk.response.function_calls'],
  },
  {
    kind: [
      'lmnr.span.type',
      {
        LLM: 'LLM',
        TOOL: 'TOOL',
        DEFAULT: 'CHAIN',
        PIPELINE: 'CHAIN',
        EXECUTOR: 'AGENT',
        EVALUATOR: 'EVALUATOR',
        CACHED: 'LLM',
      },
    ],
    inputs: ['lmnr.span.input'],
    outputs: ['lmnr.span.output'],
  },
  {
    kind: [
      'langfuse.observation.type',
      {
        generation: 'LLM',
        embedding: 'EMBEDDING',
        tool: 'TOOL',
        retriever: 'RETRIEVER',
        agent: 'AGENT',
        chain: 'CHAIN',
        evaluator: 'EVALUATOR',
        guardrail: 'GUARDRAIL',
        span: 'UNKNOWN',
      },
    ],
    inputs: ['langfuse.observation.input'],
    outputs: ['langfuse.observation.output'],
  },
]

/** Events by which some instrumentations tell what a model was asked and what it answered. */
export const messageEvents: Readonly<Record<string, { readonly side: 'in' | 'out'; readonly role: string }>> =
  {
    'gen_ai.system.message': { side: 'in', role: 'system' },
    'gen_ai.user.message': { side: 'in', role: 'user' },
    'gen_ai.assistant.message': { side: 'in', role: 'assistant' },
    'gen_ai.choice': { side: 'out', role: 'assistant' },
  }
export const contentEvents: Readonly<Record<string, { readonly side: 'in' | 'out'; readonly key: string }>> =
  {
    'gen_ai.content.prompt': { side: 'in', key: 'gen_ai.prompt' },
    'gen_ai.content.completion': { side: 'out', key: 'gen_ai.completion' },
  }
