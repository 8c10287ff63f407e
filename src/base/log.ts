export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Fields = Record<string, unknown>

/** One JSON object a line, on standard error. */
export interface Log {
  debug(event: string, fields?: Fields): void
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
  child(fields: Fields): Log
}

const order: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 }

export function createLog(options: { level: Level; fields?: Fields; write?: (line: string) => void }): Log {
  const write = options.write ?? ((line: string) => process.stderr.write(line))
  const base = options.fields ?? {}
  const at = (level: Level) => (event: string, fields?: Fields) => {
    if (order[level] < order[options.level]) return
    write(
      `${JSON.stringify({ time: new Date().toISOString(), level, event, ...base, ...fields }, replacer)}\n`,
    )
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => createLog({ ...options, fields: { ...base, ...fields } }),
  }
}

function replacer(_key: string, value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
  return typeof value === 'bigint' ? value.toString() : value
}

/** A log that writes nothing, for tests and tools. */
export const silent: Log = createLog({ level: 'error', write: () => {} })
