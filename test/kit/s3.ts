import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const version = 'v1.8.0'
const module = `github.com/versity/versitygw/cmd/versitygw@${version}`
const cache = join(import.meta.dirname, '../../.cache/versitygw')
const run = promisify(execFile)

/** A running S3 server with one empty bucket. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string
  readonly bucket: string
  /** The directory whose files are the objects. */
  readonly directory: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Starts a real S3 server, built on first use and kept in `.cache/`; gives the reason when that is not possible. */
export async function startS3(): Promise<S3Server | { readonly skipped: string }> {
  const program = join(cache, version, 'versitygw')
  if (!(await exists(program)) && !(await hasGo())) {
    return { skipped: `SKIPPED: the S3 half, for want of Go (it builds ${module}).` }
  }
  if (!(await exists(program))) await build(program)
  return startServer(program)
}

async function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Built beside its place and renamed, so that an interrupted build leaves no broken program. */
async function build(program: string): Promise<void> {
  console.error(`Building ${module}; this takes a minute or two, once.`)
  await mkdir(cache, { recursive: true })
  const target = await mkdtemp(join(cache, 'build-'))
  const modules = join(target, 'modules')
  try {
    const env = {
      ...process.env,
      GOBIN: join(target, 'bin'),
      GOPATH: modules,
      GOFLAGS: '-modcacherw -buildvcs=false',
    }
    await run('go', ['install', '-ldflags=-s -w', module], { env, maxBuffer: 2 ** 24 })
    await mkdir(join(cache, version), { recursive: true })
    await rename(join(target, 'bin', 'versitygw'), program)
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

async function startServer(program: string): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-s3-'))
  const bucket = 'slipway-test'
  await mkdir(join(directory, 'objects', bucket), { recursive: true })
  await mkdir(join(directory, 'metadata'))
  const port = await freePort()
  const credentials = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-key' }
  const server = spawn(
    program,
    [
      '--quiet',
      '--port',
      `127.0.0.1:${port}`,
      '--health',
      '/healthy',
      'posix',
      '--sidecar',
      join(directory, 'metadata'),
      join(directory, 'objects'),
    ],
    {
      env: {
        PATH: process.env.PATH,
        ROOT_ACCESS_KEY: credentials.accessKeyId,
        ROOT_SECRET_KEY: credentials.secretAccessKey,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const endpoint = `http://127.0.0.1:${port}`
  await untilHealthy(`${endpoint}/healthy`, () => server.exitCode !== null)
  return {
    endpoint,
    bucket,
    directory: join(directory, 'objects', bucket),
    credentials,
    async [Symbol.asyncDispose]() {
      const ended = server.exitCode === null ? once(server, 'exit') : undefined
      server.kill('SIGKILL')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilHealthy(url: string, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline && !ended()) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('The S3 server did not start.')
}
