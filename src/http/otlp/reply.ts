import protobuf from 'protobufjs/minimal.js'

export const protobufType = 'application/x-protobuf'
export const jsonType = 'application/json'

/** An ExportTraceServiceResponse, which is empty unless some spans were refused. */
export function exportReply(type: string, rejected: readonly string[]): Buffer {
  const reasons = `${rejected.length} spans were refused, the first because ${rejected[0]}.`
  if (type === jsonType) {
    const partial = { partialSuccess: { rejectedSpans: String(rejected.length), errorMessage: reasons } }
    return Buffer.from(JSON.stringify(rejected.length === 0 ? {} : partial))
  }
  if (rejected.length === 0) return Buffer.alloc(0)
  const writer = protobuf.Writer.create()
  // partial_success = 1 { rejected_spans = 1, error_message = 2 }
  writer.uint32(10).fork().uint32(8).int64(rejected.length).uint32(18).string(reasons).ldelim()
  return Buffer.from(writer.finish())
}
