import { availableParallelism, loadavg } from 'node:os'
import type { Page } from 'playwright-core'

/** How long the frames of a page took while something went on, in milliseconds. */
export interface Frames {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly most: number
  /** Processor time of the page's main thread for each frame: what other programs do does not count. */
  readonly cpu: number
}

/** Measures frames by requestAnimationFrame while `act` runs. */
export async function measureFrames(page: Page, act: () => Promise<void>): Promise<Frames> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await busySeconds()
  await page.evaluate(`
    window.frameTimes = []
    window.frameLast = performance.now()
    window.frameTick = () => {
      const now = performance.now()
      window.frameTimes.push(now - window.frameLast)
      window.frameLast = now
      window.frameHandle = requestAnimationFrame(window.frameTick)
    }
    window.frameHandle = requestAnimationFrame(window.frameTick)
  `)
  await act()
  const times = (await page.evaluate(
    'cancelAnimationFrame(window.frameHandle), window.frameTimes',
  )) as number[]
  const cpu = (((await busySeconds()) - before) * 1000) / Math.max(1, times.length)
  await session.detach()
  const sorted = times.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { count: times.length, p50: at(0.5), p95: at(0.95), most: at(1), cpu }

  async function busySeconds(): Promise<number> {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0
  }
}

/** Lets so many frames pass, in each of which `step` (a script) is run in the page. */
export async function eachFrame(page: Page, count: number, step: string): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    let left = ${count}
    const frame = () => {
      ${step}
      left -= 1
      if (left > 0) requestAnimationFrame(frame)
      else done()
    }
    requestAnimationFrame(frame)
  })`)
}

/** The frames of a page on which nothing happens: what this machine gives just now. */
export function idleFrames(page: Page): Promise<Frames> {
  return measureFrames(page, () => eachFrame(page, 40, ''))
}

/** Whether frames can be judged by the clock: where others want the processor too, they say more of those. */
export function quietMachine(): boolean {
  return (loadavg()[0] ?? 0) <= availableParallelism()
}

export function framesText(name: string, frames: Frames): string {
  const ms = (value: number) => value.toFixed(1)
  return `${name}: ${frames.count} frames, p50 ${ms(frames.p50)} ms, p95 ${ms(frames.p95)} ms, most ${ms(frames.most)} ms, main thread ${ms(frames.cpu)} ms a frame`
}
