import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { SlipwayError } from '../../base/error.ts'
import { bodyOf } from './body.ts'
import { decodeProtobuf } from './decode.ts'
import { decodeJson } from './decode-json.ts'
import { exportReply } from './reply.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

/** A span in both encodings, with a value of every kind. */
function samples() {
  const writer = protobuf.Writer.create()
  writer.uint32(10).fork().uint32(18).fork().uint32(18).fork()
  writer.uint32(10).bytes(Buffer.from(traceId, 'hex')).uint32(18).bytes(Buffer.from(spanId, 'hex'))
  writer.uint32(42).string('op').uint32(57).fixed64('1795258851518123457')
  const value = (key: string, write: (writer: protobuf.Writer) => void) => {
    writer.uint32(74).fork().uint32(10).string(key).uint32(18).fork()
    write(writer)
    writer.ldelim().ldelim()
  }
  value('text', (one) => one.uint32(10).string('a"b'))
  value('yes', (one) => one.uint32(16).bool(true))
  value('int', (one) => one.uint32(24).int64('-9007199254740993'))
  value('double', (one) => one.uint32(33).double(1))
  value('list', (one) => one.uint32(42).fork().uint32(10).fork().uint32(10).string('x').ldelim().ldelim())
  value('bytes', (one) => one.uint32(58).bytes(Buffer.from('hi')))
  writer.uint32(122).fork().uint32(18).string('bad').uint32(24).int32(2).ldelim()
  writer.ldelim().ldelim().ldelim()
  const attributes = [
    { key: 'text', value: { stringValue: 'a"b' } },
    { key: 'yes', value: { boolValue: true } },
    { key: 'int', value: { intValue: '-9007199254740993' } },
    { key: 'double', value: { doubleValue: 1 } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }] } } },
    { key: 'bytes', value: { bytesValue: Buffer.from('hi').toString('base64') } },
  ]
  const span = {
    traceId: traceId.toUpperCase(),
    spanId,
    name: 'op',
    startTimeUnixNano: '1795258851518123457',
    attributes,
    status: { code: 2, message: 'bad' },
  }
  return {
    bytes: writer.finish(),
    json: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  }
}

test('both encodings read the same, to the digit', () => {
  const { bytes, json } = samples()
  const [fromBytes, fromJson] = [decodeProtobuf(bytes), decodeJson(json)]
  assert.deepEqual(fromBytes, fromJson)
  const span = fromBytes.batches[0]?.spans[0]
  assert.equal(span?.start, 1795258851518123457n)
  assert.equal(span?.status, 'error')
  assert.deepEqual(Object.fromEntries(span?.attributes ?? []), {
    text: '"a\\"b"',
    yes: 'true',
    int: '-9007199254740993',
    double: '1.0',
    list: '["x"]',
    bytes: '"aGk="',
  })
})

test('no bytes do more than be refused', () => {
  const { bytes } = samples()
  const refusedOr = (decode: () => unknown) => {
    try {
      decode()
    } catch (error) {
      assert.ok(error instanceof SlipwayError, String(error))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => refusedOr(() => decodeProtobuf(noise))))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
      const broken = Uint8Array.from(bytes)
      broken[at] = byte
      refusedOr(() => decodeProtobuf(broken))
    }),
  )
  fc.assert(fc.property(fc.json(), (text) => refusedOr(() => decodeJson(text))))
})

test('a span that can not be kept is told apart from those that can', () => {
  const good = { traceId, spanId, name: 'a', startTimeUnixNano: '1' }
  const spans = [good, { ...good, spanId: '00' }, { ...good, traceId: 'not hex' }]
  const { batches, rejected } = decodeJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }))
  assert.equal(batches[0]?.spans.length, 1)
  assert.equal(rejected.length, 2)
  assert.equal(exportReply('application/x-protobuf', []).length, 0)
  const reply = JSON.parse(exportReply('application/json', rejected).toString()) as {
    partialSuccess: { rejectedSpans: string }
  }
  assert.equal(reply.partialSuccess.rejectedSpans, '2')
})

test('a body is unpacked up to a limit and no further', async () => {
  const body = (bytes: Buffer, encoding?: string) => bodyOf(Readable.from([bytes]), encoding)
  assert.equal((await body(gzipSync('hi'), 'GZIP')).toString(), 'hi')
  assert.equal((await body(deflateRawSync('hi'), 'deflate')).toString(), 'hi')
  await assert.rejects(body(Buffer.from('hi'), 'br'), /Unsupported Content-Encoding/)
  await assert.rejects(body(Buffer.from('hi'), 'gzip'), /Failed to decompress/)
  const bomb = gzipSync(Buffer.alloc(130 * 1024 * 1024))
  await assert.rejects(
    body(bomb, 'gzip'),
    (error) => error instanceof SlipwayError && error.code === 'too_large',
  )
})
