import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { addModel } from '../../../../test/kit/onnx.ts'
import { ask, deploymentOf, FakeControl, isReady, startModelServer, type TestModelServer } from './fixture.ts'

let control: FakeControl
let server: TestModelServer
const path = '/v2/models/add/infer'
const body = '{"inputs":[{"name":"input","datatype":"FP32","shape":[1,2],"data":[1,2]}]}'

before(async () => {
  control = await new FakeControl().start()
  const deployment = deploymentOf('add', [{ digest: control.put(addModel(1)), weight: 100 }])
  control.publish({ deployments: [deployment, deploymentOf('empty', [])] })
  server = await startModelServer(control.url)
  await control.until(isReady(deployment.id, 1))
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await control.stop()
})

const refused: [string, string, Parameters<typeof ask>[2], number, RegExp][] = [
  ['an unknown path', '/v3', {}, 404, /nothing at this path/],
  ['an unknown model', '/v2/models/none/infer', { body }, 404, /unknown model: 'none'/],
  ['an unknown version', '/v2/models/add/versions/9/infer', { body }, 404, /version 9 is not found/],
  ['a version that is no number', '/v2/models/add/versions/x/infer', { body }, 404, /version x/],
  ['the wrong method', path, {}, 405, /method for this path is POST/],
  ['a method for nothing', '/v2', { method: 'DELETE' }, 405, /is GET/],
  ['a deployment without a model', '/v2/models/empty/infer', { body }, 503, /no revision is ready/],
  [
    'an unknown encoding',
    path,
    { body, headers: { 'content-encoding': 'br' } },
    501,
    /'br' is not supported/,
  ],
  ['a broken encoding', path, { body, headers: { 'content-encoding': 'gzip' } }, 400, /not compressed/],
  [
    'a wrong header length',
    path,
    { body, headers: { 'inference-header-content-length': 'x' } },
    400,
    /number of bytes/,
  ],
  ['a page of another site', path, { body, headers: { 'sec-fetch-site': 'cross-site' } }, 403, /other sites/],
  ['a bad percent escape', '/v2/models/%ff', {}, 404, /nothing at this path/],
]
for (const [name, at, options, status, message] of refused) {
  test(`${name}: ${status}`, async () => {
    const answer = await ask(server.url, at, options)
    assert.equal(answer.status, status)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.match(answer.json.error, message)
  })
}

test('any content type will do, and compressed bodies too', async () => {
  for (const type of [undefined, 'text/plain', 'application/octet-stream']) {
    const headers = type === undefined ? {} : { 'content-type': type }
    assert.equal((await ask(server.url, path, { body, headers })).status, 200)
  }
  const gzip = { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } }
  assert.deepEqual((await ask(server.url, path, gzip)).json.outputs[0].data, [2, 3])
  const deflate = { body: deflateSync(body), headers: { 'content-encoding': 'deflate' } }
  assert.equal((await ask(server.url, path, deflate)).status, 200)
})

test('a body that is announced too large is refused before it is sent', async () => {
  const answer = await talk(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n`)
  assert.match(answer, /^HTTP\/1.1 413 /)
})

test('a small body that unpacks to a large one is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20, 0x20))
  const answer = await ask(server.url, path, { body: bomb, headers: { 'content-encoding': 'gzip' } })
  assert.equal(answer.status, 413)
})

test('headers that are too large or no HTTP at all get an answer and no harm comes', async () => {
  assert.match(
    await talk(`GET /v2 HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1.1 431 /,
  )
  assert.match(await talk('NONSENSE\r\n\r\n'), /^HTTP\/1.1 400 /)
  assert.equal((await ask(server.url, path, { body })).status, 200)
})

test('a caller that goes away in the middle of its body leaves nothing behind', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"inp`)
  socket.destroy()
  assert.equal((await ask(server.url, path, { body })).status, 200)
})

test('binary in, binary out, as the clients of Triton do by default', async () => {
  const json = Buffer.from(
    '{"inputs":[{"name":"input","datatype":"FP32","shape":[2,2],"parameters":{"binary_data_size":16}}],"parameters":{"binary_data_output":true}}',
  )
  const answer = await ask(server.url, path, {
    body: Buffer.concat([json, Buffer.from(new Float32Array([1, 2, 3, 4]).buffer)]),
    headers: { 'inference-header-content-length': String(json.length) },
  })
  const length = Number(answer.headers['inference-header-content-length'])
  assert.deepEqual(JSON.parse(answer.body.subarray(0, length).toString()).outputs, [
    { name: 'output', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } },
  ])
  const floats = [0, 4, 8, 12].map((at) => answer.body.readFloatLE(length + at))
  assert.deepEqual(floats, [2, 3, 4, 5])
})

/** Sends bytes and returns what comes back until the other side closes. */
async function talk(text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(text)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  await once(socket, 'close')
  return answer
}
