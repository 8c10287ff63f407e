import { useEffect, useRef, useState } from 'react'
import { failureOf } from '../../../src/client/failure.ts'
import { jobLogAddress } from '../../api/client.ts'
import classes from './lines.module.css'
import { plain } from './plain-log.ts'

/** At most so many characters are kept on the page; the whole log is a download. */
const kept = 200_000
const pauseMs = 1_000

/** The log of a job as it is written. Stays at the end unless the reader has scrolled up. */
export function JobLog({ project, job, running }: { project: string; job: string; running: boolean }) {
  const [text, setText] = useState('')
  const [ended, setEnded] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const box = useRef<HTMLPreElement>(null)
  const follows = useRef(true)
  const runs = useRef(running)
  runs.current = running

  useEffect(() => {
    const stop = new AbortController()
    setText('')
    setEnded(false)
    setTrouble(undefined)
    const add = (part: string) => setText((before) => (before + part).slice(-kept))
    followLog(project, job, () => runs.current, stop.signal, add).then(
      () => setEnded(true),
      (thrown: unknown) => {
        if (!stop.signal.aborted) setTrouble(thrown instanceof Error ? thrown.message : String(thrown))
      },
    )
    return () => stop.abort()
  }, [project, job])

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new part of the text moves the end.
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])

  return (
    <pre
      ref={box}
      className={classes.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      role="log"
      aria-label="Log of the job"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 30
      }}
    >
      {plain(text) || (trouble ?? (ended ? 'The job wrote nothing.' : 'Waiting for output…'))}
    </pre>
  )
}

/** Reads on from where it was until the job has ended: a stream may end before, for example when the platform restarts. */
async function followLog(
  project: string,
  job: string,
  runs: () => boolean,
  signal: AbortSignal,
  onText: (part: string) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let offset = 0
  for (;;) {
    const follow = runs()
    await readLog(jobLogAddress(project, job, { follow, offset }), signal, (bytes) => {
      offset += bytes.length
      onText(decoder.decode(bytes, { stream: true }))
    })
    if (!follow) return
    await new Promise((again) => setTimeout(again, pauseMs))
    signal.throwIfAborted()
  }
}

async function readLog(
  address: string,
  signal: AbortSignal,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  const response = await fetch(address, { signal })
  if (!response.ok) throw await failureOf(response)
  const reader = response.body?.getReader()
  for (;;) {
    const part = await reader?.read()
    if (part === undefined || part.done) return
    onBytes(part.value)
  }
}
