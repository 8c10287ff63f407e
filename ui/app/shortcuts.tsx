import { Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { paths } from '../paths.ts'
import classes from './shell.module.css'

const places = {
  l: ['Lines', paths.lines],
  a: ['Alerts', paths.alerts],
  d: ['Datasets', paths.datasets],
  e: ['Experiments', paths.experiments],
  r: ['Runs', paths.runs],
  m: ['Models', paths.models],
  p: ['Prompts', paths.prompts],
  o: ['Reports', paths.reports],
  i: ['Inbox', paths.inbox],
  s: ['Deployments', paths.deployments],
  u: ['Audit log', paths.audit],
} as const

function placeOf(key: string) {
  return Object.entries(places).find(([letter]) => letter === key)?.[1]
}

/** Keys for those who prefer them: `g` and a letter goes to a page, `?` lists them. */
export function Shortcuts({ project }: { project: string }) {
  const [opened, { open, close }] = useDisclosure(false)
  const navigate = useNavigate()
  const went = useRef(0)
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') open()
      if (event.key === 'g') went.current = event.timeStamp
      const place = event.timeStamp - went.current < 1200 ? placeOf(event.key) : undefined
      if (place === undefined) return
      went.current = 0
      void navigate({ to: place[1](project) })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [navigate, open, project])
  return (
    <Modal opened={opened} onClose={close} title={<strong>Keys</strong>} size="xs">
      <dl className={classes.keys}>
        {Object.entries(places).map(([letter, [label]]) => (
          <Key key={letter} label={label} letter={letter} />
        ))}
      </dl>
    </Modal>
  )
}

function Key({ label, letter }: { label: string; letter: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <kbd>g</kbd> <kbd>{letter}</kbd>
      </dd>
    </>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
