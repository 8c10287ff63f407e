import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from '../../src/store/connect.ts'
import { embeddedDatabaseUrl } from '../../src/store/index.ts'
import { type SmallLine, uploadPairs, writeLine } from '../kit/line.ts'
import { addModel } from '../kit/onnx.ts'
import { eventually, freePorts, type Program, runSlipway, startProgram } from '../kit/program.ts'

const project = 'default'
let program: Program
let directory: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-bad-input-'))
  // only the job that needs Python may notice that there is none
  program = await startProgram({ environment: { SLIPWAY_PYTHON: '/nowhere/python3' } })
  await uploadPairs(program, 60)
})

after(async () => {
  await program[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const cli = (...words: string[]) => runSlipway(words, program.environment)
const copy = (file: string) => `cp ${file} "$SLIPWAY_OUTPUTS/model/model.onnx"`

test('a broken line file is refused with place, reason and what is allowed', async () => {
  const cases: [string, RegExp][] = [
    ['risk: huge', /line 8, column 1: 'risk' .*allowed: minimal, limited, high/],
    ['gate: []', /line 8, column 1: 'gate' is not known here; allowed: .*gates.*retrain/],
    [
      'gates: [{ metric: accuracy is 1 }]',
      /line 8, column \d+: 'accuracy is 1' is no gate.*accuracy >= 0\.95/,
    ],
    ['deploy: { rollout: { steps: [20, 50] } }', /line 8, column \d+: the last step must be 100/],
    ['monitor: [', /line \d+, column \d+: /],
  ]
  for (const [sections, expected] of cases) {
    const files = await writeLine(join(directory, 'broken'), {
      name: 'broken',
      run: copy('right.onnx'),
      sections,
    })
    const { code, stderr, stdout } = await cli('apply', files)
    assert.equal(code, 1, stderr)
    assert.match(stderr, new RegExp(`slipway.yaml, ${expected.source}`, 's'))
    assert.match(stderr, /\n {2}8 \| .*\n +\^\n/)
    assert.match(stderr, /then apply it again/)
    assert.equal(stdout, '')
  }
  await assert.rejects(program.client.lines.get({ params: { project, line: 'broken' } }), {
    code: 'not_found',
  })
})

test('a line that names an alert channel that is not there is refused', async () => {
  const files = await writeLine(join(directory, 'unheard'), {
    name: 'unheard',
    run: copy('right.onnx'),
    sections: 'monitor: { alert: [night-shift] }',
  })
  const { code, stderr } = await cli('apply', files)
  assert.equal(code, 4)
  assert.match(
    stderr,
    /no alert channel 'night-shift' in project default.*slipway channels create night-shift/,
  )
  await assert.rejects(program.client.lines.get({ params: { project, line: 'unheard' } }), {
    code: 'not_found',
  })
})

const grandchild = `${process.execPath} -e 'for (const all = []; ; ) all.push(Buffer.alloc(8e6, 1))'`

const failing: (SmallLine & { readonly code: string; readonly says: RegExp })[] = [
  {
    name: 'fails',
    run: 'echo "no such column: digit" >&2; exit 3',
    code: 'job_failed',
    says: /exit code 3.*no such column: digit.*slipway logs [0-9a-f-]{36}/,
  },
  {
    name: 'hangs',
    run: 'echo loading; sleep 600',
    train: ['timeout: 1s'],
    code: 'job_timeout',
    says: /time limit of 1 s.*raise its time limit/,
  },
  {
    name: 'fills-memory',
    run: `sh -c "${grandchild.replaceAll('"', '\\"')} & wait"`,
    train: ['resources: { memory: 200Mi }'],
    code: 'job_out_of_memory',
    says: /memory limit of 200 MiB.*raise resources\.memory/,
  },
  {
    name: 'writes-nothing',
    run: 'echo done',
    code: 'output_missing',
    says: /wrote nothing to \$SLIPWAY_OUTPUTS\/model\..*model\/model\.onnx/,
  },
  {
    name: 'writes-another',
    run: 'cp right.onnx "$SLIPWAY_OUTPUTS/model/classifier.onnx"',
    code: 'output_missing',
    says: /no \$SLIPWAY_OUTPUTS\/model\/model\.onnx; it wrote classifier\.onnx/,
  },
  {
    name: 'corrupt',
    run: copy('noise.onnx'),
    files: { 'noise.onnx': randomBytes(5_000) },
    code: 'invalid_model',
    says: /not a model that can be served: Load model from it failed.*onnx\.checker/,
  },
  {
    name: 'wrong-shape',
    run: copy('other.onnx'),
    files: { 'other.onnx': addModel(1, 3) },
    code: 'invalid_model',
    says: /must take one tensor \[-1, 2\].*it takes input \[-1, 3\]/,
  },
  {
    name: 'no-python',
    run: 'python train.py',
    train: ['python: requirements.txt'],
    files: { 'requirements.txt': 'numpy\n' },
    code: 'python_missing',
    says: /No Python 3\.10 or later was found at \/nowhere\/python3.*Install Python 3\.10/,
  },
]

test('a training that goes wrong ends in one clear message, and nothing is half-done', async () => {
  for (const line of failing) {
    const { code, stderr } = await cli('apply', await writeLine(join(directory, line.name), line))
    assert.equal(code, 0, stderr)
  }
  for (const line of failing) await endsWell(line)
  const { models } = await program.client.models.list({ params: { project }, query: {} })
  assert.deepEqual(models, [])
})

async function endsWell({ name, code, says }: (typeof failing)[number]): Promise<void> {
  const params = { project, line: name }
  const cycle = await eventually(`the end of the cycle of ${name}`, async () =>
    (await program.client.lines.get({ params })).cycles.find(({ ended_at }) => ended_at !== null),
  )
  assert.equal(cycle.state, 'failed', name)
  assert.match(cycle.outcome ?? '', says)
  assert.doesNotMatch(cycle.outcome ?? '', /\/tmp\/slipway-e2e/, 'it tells of our own files')
  const run = await program.client.pipelines.get({
    params: { project, pipeline_run: cycle.pipeline_run_id ?? '' },
  })
  assert.deepEqual(
    run.steps.flatMap(({ failure }) => (failure === null ? [] : [failure.code])),
    [code],
    name,
  )
  const { decisions } = await program.client.lines.decisions({ params, query: {} })
  assert.deepEqual(
    decisions.map(({ kind }) => kind),
    ['cycle_failed', 'cycle_started', 'applied'],
    name,
  )
  assert.equal(decisions[0]?.sentence, cycle.outcome)
  const deployment = await program.client.deployments.get({ params: { project, deployment: name } })
  assert.deepEqual([deployment.state, deployment.rollout, deployment.revisions], ['empty', null, []], name)
}

test('where there is no Python, a line that needs none works', async () => {
  await cli('apply', await writeLine(join(directory, 'works'), { name: 'works', run: copy('right.onnx') }))
  await eventually('the first version of line works', async () => {
    const line = await program.client.lines.get({ params: { project, line: 'works' } })
    return line.model?.version === 1
  })
  const { stdout } = await cli('predict', 'works', '[[3, 1], [1, 3]]')
  assert.match(stdout, /^label {2}0 1\n/)
})

test('a file with a broken or ragged row makes no version and names the row', async () => {
  const cases: [string, string, RegExp][] = [
    ['broken', 'a,b\n1,2\n3,"4\n5,6\n', /broken\.csv: row 2 .*column "b": a quote is not closed/],
    ['ragged', 'a,b\n1,2\n3\n5,6\n', /ragged\.csv: row 2 .*1 value where the header has 2|it has 1 values? /],
    ['empty', '', /empty\.csv: the file is empty/],
  ]
  for (const [name, text, expected] of cases) {
    const file = join(directory, `${name}.csv`)
    await writeFile(file, text)
    const { code, stderr } = await cli('data', 'upload', name, file)
    assert.equal(code, 1, stderr)
    assert.match(stderr, expected)
    assert.match(stderr, /Correct the file at the row given/)
  }
  const { datasets } = await program.client.datasets.list({ params: { project }, query: {} })
  assert.deepEqual(
    datasets.map(({ name }) => name),
    ['pairs'],
  )
})

test('a database of a newer version is left alone', async () => {
  const database = await connect(await embeddedDatabaseUrl(program.home))
  await database.query(
    `insert into migrations (number, name, checksum) values (9000, 'from-the-future', 'x')`,
  )
  await database.end()
  await program.stop()
  const { code, stderr } = await cli('up')
  assert.equal(code, 1)
  assert.match(
    stderr,
    /migrations that this program does not know: 9000\.\n.*Run the version of Slipway that wrote/,
  )
})

test('an external database that refuses or never answers ends the start with one message', async () => {
  const home = join(directory, 'external')
  const [closed = 0, port, inferencePort] = await freePorts(3)
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const mute = typeof address === 'object' && address !== null ? address.port : 0
  const sockets = new Set<{ destroy(): void }>()
  silent.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  const answers = await Promise.all(
    [closed, mute].map((databasePort) =>
      runSlipway(['up', '--home', `${home}-${databasePort}`], {
        ...program.environment,
        SLIPWAY_PORT: String(port),
        SLIPWAY_INFERENCE_PORT: String(inferencePort),
        SLIPWAY_DATABASE_URL: `postgresql://u:secret-word@127.0.0.1:${databasePort}/slipway`,
      }),
    ),
  )
  for (const socket of sockets) socket.destroy()
  silent.close()
  for (const { code, stderr } of answers) {
    assert.equal(code, 1)
    assert.match(stderr, /The database cannot be reached: .*\n.*SLIPWAY_DATABASE_URL is right/)
    assert.doesNotMatch(stderr, /secret-word/)
  }
})
