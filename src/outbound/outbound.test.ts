import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { createOutbound } from './client.ts'
import { isPublicAddress } from './public-address.ts'

const code = (wanted: string) => (error: { code?: string }) => error.code === wanted

test('only addresses of the public Internet are public', () => {
  const open = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8']
  const closed = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...['192.168.1.1', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255', '203.0.113.7'],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '0:0:0:0:0:ffff:10.0.0.1',
      '::127.0.0.1',
      'fe80::1%eth0',
    ],
    ...[
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
      '2001:db8::1',
      'nonsense',
    ],
  ]
  for (const address of open) assert.equal(isPublicAddress(address), true, address)
  for (const address of closed) assert.equal(isPublicAddress(address), false, address)
})

describe('outbound', () => {
  let server: Server
  let port: number
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  const seen: { method: string; url: string; host: string; body: string }[] = []

  before(async () => {
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        host: request.headers.host ?? '',
        body,
      })
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  test('an allowed destination gets the request', async () => {
    answer = (_request, response) => response.writeHead(202, { 'x-a': 'b' }).end('thanks')
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    const got = await outbound.send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/hook?x=1`,
      body: '{"a":1}',
    })
    assert.equal(got.status, 202)
    assert.equal(got.headers['x-a'], 'b')
    assert.equal(got.body.toString(), 'thanks')
    assert.deepEqual(seen.at(-1), {
      method: 'POST',
      url: '/hook?x=1',
      host: `127.0.0.1:${port}`,
      body: '{"a":1}',
    })
  })

  test('every spelling of a private address is refused, and nothing is sent', async () => {
    const outbound = createOutbound()
    const before = seen.length
    const hosts = [
      ...[
        '127.0.0.1',
        '2130706433',
        '0x7f000001',
        '0x7f.1',
        '0177.0.0.1',
        '127.1',
        '127.0.0.1.',
        '①②⑦.⓪.⓪.①',
      ],
      ...[
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[0:0:0:0:0:ffff:7f00:0001]',
        '[::]',
        '0',
        '0.0.0.0',
      ],
      ...['localhost', 'LOCALHOST', '[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '169.254.169.254', '[fe80::1]'],
    ]
    for (const host of hosts) {
      await assert.rejects(
        outbound.send({ method: 'GET', url: `http://${host}:${port}/` }),
        code('destination_refused'),
        host,
      )
    }
    assert.equal(seen.length, before)
  })

  test('other schemes and credentials in the URL are refused', async () => {
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    for (const url of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/',
      'gopher://127.0.0.1/',
      `http://a:b@127.0.0.1:${port}/`,
      'nothing',
    ]) {
      await assert.rejects(outbound.send({ method: 'GET', url }), code('destination_refused'), url)
    }
  })

  test('a name with one private address among its addresses is refused', async () => {
    const outbound = createOutbound({ resolve: async () => ['93.184.216.34', '127.0.0.1'] })
    await assert.rejects(
      outbound.send({ method: 'GET', url: 'http://mixed.example/' }),
      code('destination_refused'),
    )
  })

  test('a name that changes its address between check and connection is asked once', async () => {
    answer = (_request, response) => response.end('inside')
    let asked = 0
    const rebinding = async () => {
      asked += 1
      return asked === 1 ? ['127.0.0.2'] : ['127.0.0.1']
    }
    // 127.0.0.2 is allowed and has no server on this port; 127.0.0.1 has one and is not allowed.
    const outbound = createOutbound({ allow: ['127.0.0.2'], resolve: rebinding })
    await assert.rejects(
      outbound.send({ method: 'GET', url: `http://rebind.example:${port}/` }),
      /ECONNREFUSED 127\.0\.0\.2/,
    )
    assert.equal(asked, 1)
  })

  test('a name on the allowlist keeps its name in the Host header', async () => {
    answer = (_request, response) => response.end()
    const outbound = createOutbound({ allow: [`hooks.internal:${port}`], resolve: async () => ['127.0.0.1'] })
    await outbound.send({ method: 'GET', url: `http://hooks.internal:${port}/` })
    assert.equal(seen.at(-1)?.host, `hooks.internal:${port}`)
    const other = createOutbound({ allow: ['hooks.internal:1'], resolve: async () => ['127.0.0.1'] })
    await assert.rejects(
      other.send({ method: 'GET', url: `http://hooks.internal:${port}/` }),
      code('destination_refused'),
    )
  })

  test('networks can be allowed', async () => {
    answer = (_request, response) => response.end()
    for (const allow of ['127.0.0.0/8', `[::ffff:127.0.0.1]:${port}`]) {
      const outbound = createOutbound({ allow: [allow] })
      assert.equal(
        (await outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/` })).status,
        200,
        allow,
      )
    }
    assert.throws(() => createOutbound({ allow: ['10.0.0.0/64'] }), code('invalid_config'))
    assert.throws(() => createOutbound({ allow: ['not a host'] }), code('invalid_config'))
  })

  test('redirects are answers, not orders', async () => {
    answer = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    const before = seen.length
    assert.equal((await outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/` })).status, 302)
    assert.equal(seen.length, before + 1)
  })

  test('an endless body is cut', async () => {
    answer = (_request, response) => {
      const chunk = 'x'.repeat(10_000)
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    }
    const outbound = createOutbound({ allow: ['127.0.0.1'], maxBytes: 1000 })
    const got = await outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/` })
    assert.equal(got.body.length, 1000)
    assert.equal(got.truncated, true)
  })

  test('a server or name server that says nothing is given up', async () => {
    answer = () => {}
    const outbound = createOutbound({ allow: ['127.0.0.1'], timeoutMs: 50 })
    await assert.rejects(
      outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/` }),
      /no answer within 0.05 s/,
    )
    const silent = createOutbound({ timeoutMs: 50, resolve: () => new Promise(() => {}) })
    await assert.rejects(
      silent.send({ method: 'GET', url: 'http://silent.example/' }),
      code('destination_failed'),
    )
    const stop = new AbortController()
    const stopped = outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/`, signal: stop.signal })
    stop.abort(new Error('stop'))
    await assert.rejects(stopped, /stop/)
  })
})
