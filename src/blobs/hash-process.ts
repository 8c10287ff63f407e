import { parentPort, workerData } from 'node:worker_threads'
import { hashParts } from './hash.ts'

const { path, sizes } = workerData as { path: string; sizes: readonly number[] }
parentPort?.postMessage(await hashParts(path, sizes))
