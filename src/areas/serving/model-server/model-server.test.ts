import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import * as models from '../../../../test/kit/onnx.ts'
import { noSmallDisk, onSmallDisk } from '../../../../test/kit/small-disk.ts'
import { hashSecret, newToken } from '../../../base/token.ts'
import {
  ask,
  deploymentOf,
  FakeControl,
  inferRows,
  isReady,
  makeHome,
  otherProject,
  project,
  secret,
  startModelServer,
} from './fixture.ts'

test('a model answers, with its revision and the id of its prediction, which is on record', async () => {
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('adder', [{ digest: control.put(models.addModel(10)), weight: 100 }])
  control.publish({ deployments: [deployment] })
  await using server = await startModelServer(control.url)
  await control.until(isReady(deployment.id, 1))

  const { status, headers, json } = await inferRows(server.url, 'adder', [[1, 2]], { id: 'mine' })
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['slipway-revision'], '1')
  assert.deepEqual(json, {
    model_name: 'adder',
    model_version: '1',
    id: 'mine',
    outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 2], data: [11, 12] }],
  })
  while (control.segments.size === 0) await control.happened()
  const [record, ...others] = await control.records()
  assert.equal(others.length, 0)
  assert.equal(record?.id, headers['slipway-prediction-id'])
  assert.equal(record?.requestId, 'mine')
  assert.equal(record?.revision, 1)
  assert.deepEqual(record?.inputs[0]?.data, new Float32Array([1, 2]))
  assert.deepEqual(record?.outputs[0]?.data, new Float32Array([11, 12]))
  const report = await control.until(({ traffic }) => traffic.length > 0)
  assert.deepEqual(
    report.traffic.map(({ number, requests, errors, rows }) => ({ number, requests, errors, rows })),
    [{ number: 1, requests: 1, errors: 0, rows: 1 }],
  )
})

test('the protocol describes server, models and health', async () => {
  await using control = await new FakeControl().start()
  const digest = control.put(
    models.linearModel([
      [1, 0],
      [0, 1],
    ]),
  )
  const deployment = deploymentOf('line', [{ digest, weight: 100 }])
  await using server = await startModelServer(control.url)
  assert.equal((await ask(server.url, '/v2/health/live')).status, 200)
  assert.deepEqual((await ask(server.url, '/v2/health/ready')).json, { ready: false })
  control.publish({ deployments: [deployment] })
  await control.until(isReady(deployment.id, 1))
  assert.deepEqual((await ask(server.url, '/v2/health/ready')).json, { ready: true })
  assert.deepEqual((await ask(server.url, '/v2')).json.extensions, ['binary_tensor_data'])
  assert.deepEqual((await ask(server.url, '/v2/models')).json, { models: ['line'] })
  assert.deepEqual((await ask(server.url, '/v2/models/line')).json, {
    name: 'line',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [
      { name: 'label', datatype: 'INT64', shape: [-1] },
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
    ],
  })
  assert.equal((await ask(server.url, '/v2/models/line/ready')).json.ready, true)
  assert.equal((await ask(server.url, '/v2/models/line/versions/1/ready')).status, 200)
  assert.equal((await ask(server.url, '/v2/models/line/versions/2')).status, 404)
  const metrics = await ask(server.url, '/metrics')
  assert.match(metrics.body.toString(), /slipway_revision_ready\{deployment="line",revision="1"\} 1/)
})

test('a swap under load fails no request and changes the answers', async () => {
  await using control = await new FakeControl().start()
  const digests = [1, 2, 3, 4].map((addend) => control.put(models.addModel(addend)))
  const at = (weights: number[]) =>
    deploymentOf(
      'swap',
      weights.flatMap((weight, i) => (weight < 0 ? [] : { digest: digests[i] ?? '', weight, number: i + 1 })),
    )
  const { id } = at([100])
  control.publish({ deployments: [at([100])] })
  await using server = await startModelServer(control.url)
  await control.until(isReady(id, 1))

  const statuses = new Map<number | string, number>()
  const revisions = new Set<unknown>()
  const pending: Promise<void>[] = []
  // Open loop: requests go out at their time, however long the earlier ones take.
  const driver = setInterval(() => {
    for (let i = 0; i < 5; i++) {
      pending.push(
        inferRows(server.url, 'swap', [[0, 0]]).then(
          ({ status, headers, json }) => {
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
            revisions.add(headers['slipway-revision'])
            assert.equal(json.outputs[0].data[0], Number(headers['slipway-revision']))
          },
          (error: Error) => void statuses.set(error.message, (statuses.get(error.message) ?? 0) + 1),
        ),
      )
    }
  }, 10)
  // Weight is given to what is not ready yet: the old must answer until it is.
  for (const weights of [
    [0, 100],
    [-1, 50, 50],
    [-1, -1, 0, 100],
  ]) {
    const version = control.publish({ deployments: [at(weights)] })
    await control.until((report) => report.snapshot_version >= version)
  }
  await control.until((report) => report.revisions.every(({ number }) => number >= 3))
  clearInterval(driver)
  await Promise.all(pending)
  assert.deepEqual([...statuses.keys()], [200])
  assert.ok((statuses.get(200) ?? 0) > 50)
  assert.ok(revisions.has('1') && revisions.has('4'))
})

test('a corrupt file fails its revision with the reason; others are unharmed, and the old weights stay', async () => {
  await using control = await new FakeControl().start()
  const good = control.put(models.addModel(1))
  const bad = control.put(Buffer.from('not a model'))
  const other = deploymentOf('other', [{ digest: good, weight: 100 }])
  control.publish({ deployments: [deploymentOf('one', [{ digest: good, weight: 100 }]), other] })
  await using server = await startModelServer(control.url)
  const { id } = deploymentOf('one', [])
  await control.until(isReady(id, 1))
  const version = control.publish({
    deployments: [
      deploymentOf('one', [
        { digest: good, weight: 50 },
        { digest: bad, weight: 50 },
      ]),
      other,
    ],
  })
  const report = await control.until(({ revisions }) => revisions.some(({ state }) => state === 'failed'))
  assert.match(
    report.revisions.find(({ number }) => number === 2)?.error ?? '',
    /not a model that can be served/,
  )
  await control.until((one) => one.snapshot_version === version)
  for (let i = 0; i < 10; i++) {
    assert.equal((await inferRows(server.url, 'one', [[0, 0]])).headers['slipway-revision'], '1')
  }
  assert.equal((await inferRows(server.url, 'other', [[0, 0]])).status, 200)
})

test('a model that hangs is given up; others answer meanwhile, and it comes back', async () => {
  await using control = await new FakeControl().start()
  const slow = deploymentOf('slow', [{ digest: control.put(models.loopModel()), weight: 100 }], {
    limits: { run_timeout_ms: 300 },
  })
  const quick = deploymentOf('quick', [{ digest: control.put(models.addModel(1)), weight: 100 }])
  control.publish({ deployments: [slow, quick] })
  await using server = await startModelServer(control.url)
  await control.until((report) => isReady(slow.id, 1)(report) && isReady(quick.id, 1)(report))
  const turns = (count: number) =>
    ask(server.url, '/v2/models/slow/infer', {
      body: JSON.stringify({ inputs: [{ name: 'turns', datatype: 'INT64', shape: [1], data: [count] }] }),
    })
  assert.equal((await turns(10)).json.outputs[0].data[0], 20)
  const hanging = turns(2_000_000)
  assert.equal((await inferRows(server.url, 'quick', [[0, 0]])).status, 200)
  const lost = await hanging
  assert.equal(lost.status, 503)
  assert.match(lost.json.error, /longer than 0.3 s/)
  const again = await turns(10)
  assert.equal(again.status, 200)
})

test('requests that arrive together share a run and each gets its own answer', async () => {
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('batch', [{ digest: control.put(models.addModel(1)), weight: 100 }])
  const joined = deploymentOf('joined', [{ digest: control.put(models.sumOfRowsModel()), weight: 100 }])
  control.publish({ deployments: [deployment, joined] })
  await using server = await startModelServer(control.url)
  await control.until((report) => isReady(deployment.id, 1)(report) && isReady(joined.id, 1)(report))
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const rows = Array.from({ length: 1 + (i % 3) }, (_, row) => [i, row])
      const { json } = await inferRows(server.url, 'batch', rows)
      assert.deepEqual(
        json.outputs[0].data,
        rows.flat().map((value) => value + 1),
      )
      // Rows of this one depend on each other: it must never see another request's.
      const alone = await inferRows(server.url, 'joined', [[i, 1]])
      assert.deepEqual(alone.json.outputs[0].data, [2 * i, 2])
    }),
  )
  const text = (await ask(server.url, '/metrics')).body.toString()
  const runs = Number(/slipway_runs_total\{deployment="batch",revision="1"\} (\d+)/.exec(text)?.[1])
  assert.ok(runs < 300, `${runs} runs for 300 requests`)
})

test('one request that the model fails on does not fail those that share its run', async () => {
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('gather', [{ digest: control.put(models.gatherModel(100)), weight: 100 }])
  control.publish({ deployments: [deployment] })
  await using server = await startModelServer(control.url)
  await control.until(isReady(deployment.id, 1))
  const pick = (index: number) =>
    ask(server.url, '/v2/models/gather/infer', {
      body: JSON.stringify({ inputs: [{ name: 'indices', datatype: 'INT64', shape: [1], data: [index] }] }),
    })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => pick(i === 25 ? 1000 : i)))
  for (const [i, { status, json }] of answers.entries()) {
    if (i !== 25) assert.deepEqual([status, json.outputs[0].data[0]], [200, i])
    else {
      assert.equal(status, 500)
      assert.match(json.error, /out of data bounds/)
    }
  }
})

test('tokens open their projects, and only while they last', async () => {
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('mine', [{ digest: control.put(models.addModel(1)), weight: 100 }])
  const tokens = [project, otherProject, null, project].map((project_id, i) => {
    const { id, text } = newToken()
    const expires = Date.now() + (i === 3 ? -1000 : 60_000)
    return {
      text,
      row: { id, hash: hashSecret(text), project_id, expires_at: new Date(expires).toISOString() },
    }
  })
  control.publish({ deployments: [deployment], tokens: tokens.map(({ row }) => row), auth: 'token' })
  await using server = await startModelServer(control.url)
  await control.until(isReady(deployment.id, 1))
  const body = '{"inputs":[{"name":"input","datatype":"FP32","shape":[1,2],"data":[1,2]}]}'
  const status = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await ask(server.url, '/v2/models/mine/infer', { body, headers })).status
  }
  assert.deepEqual(
    await Promise.all(tokens.map(({ text }) => status(`Bearer ${text}`))),
    [200, 404, 200, 401],
  )
  assert.equal(await status(), 401)
  assert.equal(await status('Bearer slp_x'), 401)
  assert.equal(await status(`Bearer ${newToken().text}`), 401)
  const other = `Bearer ${tokens[1]?.text}`
  assert.deepEqual((await ask(server.url, '/v2/models', { headers: { authorization: other } })).json, {
    models: [],
  })
  assert.equal((await ask(server.url, '/v2/health/ready')).status, 200)
})

test('a server starts without the control plane, and outlives it', async () => {
  const home = await makeHome()
  const control = await new FakeControl().start()
  const deployment = deploymentOf('kept', [{ digest: control.put(models.addModel(5)), weight: 100 }])
  control.publish({ deployments: [deployment] })
  {
    await using server = await startModelServer(control.url, { home })
    await control.until(isReady(deployment.id, 1))
    await control.stop()
    assert.equal((await inferRows(server.url, 'kept', [[0, 0]])).status, 200)
  }
  {
    await using server = await startModelServer(control.url, { home })
    while (!(await ask(server.url, '/v2/health/ready')).json.ready) await new Promise(setImmediate)
    assert.deepEqual((await inferRows(server.url, 'kept', [[1, 1]])).json.outputs[0].data, [6, 6])
    await control.start(control.port)
    while ((await control.records()).length < 2) await control.happened()
    assert.ok((await control.records()).some(({ revision }) => revision === 1))
  }
  await control.stop()
  // A snapshot that was changed on disk is not obeyed.
  const file = join(home, 'model-server', 'snapshot.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('kept', 'changed'))
  await using server = await startModelServer(control.url, { home })
  assert.deepEqual((await ask(server.url, '/v2/models')).status, 401)
  await server.stop()
  await rm(home, { recursive: true })
})

test('kill -9 loses no acknowledged prediction: the next process ships them', async () => {
  const home = await makeHome()
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('ledger', [{ digest: control.put(models.addModel(1)), weight: 100 }])
  control.publish({ deployments: [deployment] })
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'server-process.ts'), home, control.url, secret],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = line.toString().trim()
  await control.until(isReady(deployment.id, 1))
  const acknowledged = new Set<unknown>()
  const pending: Promise<void>[] = []
  for (let i = 0; i < 2000 && !child.killed; i++) {
    pending.push(
      inferRows(url, 'ledger', [[i, 0]]).then(
        ({ headers }) => {
          acknowledged.add(headers['slipway-prediction-id'])
          if (acknowledged.size === 150) child.kill('SIGKILL')
        },
        () => {},
      ),
    )
    if (i % 10 === 0) await new Promise(setImmediate)
  }
  await Promise.all(pending)
  assert.ok(acknowledged.size >= 150)
  await using server = await startModelServer(control.url, { home })
  const missing = async () => {
    const ids = (await control.records()).map(({ id }) => id)
    const kept = new Set<unknown>(ids)
    assert.equal(kept.size, ids.length)
    return [...acknowledged].filter((id) => !kept.has(id)).length
  }
  while ((await missing()) > 0) await control.happened()
  await server.stop()
  await rm(home, { recursive: true })
})

test('on a full disk, a deployment of limited risk serves on and counts drops; one of high risk refuses', async (t) => {
  const seen = await onSmallDisk('', join(import.meta.dirname, 'full-disk-process.ts'))
  if (seen === undefined) return t.skip(noSmallDisk)
  assert.deepEqual(seen, {
    before: [200, 200],
    full: [200, 503],
    droppedWhenFull: 1,
    after: [200, 200],
    logged: 4,
  })
})

test('more requests than may wait are refused at once, and told when to come again', async () => {
  await using control = await new FakeControl().start()
  const deployment = deploymentOf('narrow', [{ digest: control.put(models.loopModel()), weight: 100 }], {
    limits: { max_queue: 2 },
  })
  control.publish({ deployments: [deployment] })
  await using server = await startModelServer(control.url)
  await control.until(isReady(deployment.id, 1))
  const body = JSON.stringify({ inputs: [{ name: 'turns', datatype: 'INT64', shape: [1], data: [300_000] }] })
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ask(server.url, '/v2/models/narrow/infer', { body })),
  )
  const refused = answers.filter(({ status }) => status === 503)
  assert.ok(refused.length >= 5 && refused.length <= 9, `${refused.length} refused`)
  assert.ok(refused.every(({ headers }) => headers['retry-after'] === '1'))
  assert.ok(answers.filter(({ status }) => status === 200).length >= 1)
})
