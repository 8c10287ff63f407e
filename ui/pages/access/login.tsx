import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { base, client } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import { Command } from '../../design/command.tsx'
import { Failure } from '../../design/failure.tsx'
import classes from './login.module.css'

const route = getRouteApi('/login')

type Credentials = { code: string } | { user: string; password: string }

/** Signs in with the one-time code of a link, or with a name and password where the platform has one. */
export function LoginPage() {
  const search = route.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const login = useMutation({
    mutationFn: (credentials: Credentials) => client.session.login({ body: credentials }),
    onSuccess: (me) => {
      queries.clear()
      queries.setQueryData(sessionQuery().queryKey, me)
      router.history.replace(inside(search.to) ?? base)
    },
  })
  const { mutate } = login
  const used = useRef(false)
  const [byLink] = useState(() => search.code !== undefined || location.hash.length > 1)
  useEffect(() => {
    document.title = 'Sign in · Slipway'
    const code = codeOf(search.code)
    if (code === undefined || used.current) return
    used.current = true
    mutate({ code })
  }, [search.code, mutate])
  return (
    <main className={classes.screen}>
      <div className={classes.box}>
        <header className={classes.brand}>
          <img src={`${base}icon.svg`} alt="" />
          <div>
            <h1>Slipway</h1>
            <p>From data to monitored production, and kept there.</p>
          </div>
        </header>
        {login.error ? <Failure error={login.error} /> : null}
        {byLink && !login.error ? (
          <p className={classes.hint} role="status">
            Signing you in…
          </p>
        ) : (
          <Forms busy={login.isPending} submit={mutate} />
        )}
      </div>
    </main>
  )
}

function Forms({ busy, submit }: { busy: boolean; submit: (credentials: Credentials) => void }) {
  return (
    <>
      <div className={classes.card}>
        <CodeForm busy={busy} submit={(code) => submit({ code })} />
        <span className={classes.or}>or with a password</span>
        <PasswordForm busy={busy} submit={submit} />
      </div>
      <div className={classes.hint}>
        <p>No link at hand? On the machine that Slipway runs on, this makes one:</p>
        <Command text="slipway users link admin" />
      </div>
    </>
  )
}

/** The code of `/login?code=…` or of `/login#…`, which never reaches a server's log. */
function codeOf(searched: string | undefined): string | undefined {
  const fragment = location.hash.slice(1).replace(/^code=/, '')
  const code = searched ?? (fragment === '' ? undefined : decodeURIComponent(fragment))
  if (code !== undefined) history.replaceState(history.state, '', `${base}login`)
  return code
}

/** Only an address of these pages may be gone to after sign-in. */
function inside(to: string | undefined): string | undefined {
  return to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\')
    ? `${base.slice(0, -1)}${to}`
    : undefined
}

function CodeForm({ busy, submit }: { busy: boolean; submit: (code: string) => void }) {
  const [code, setCode] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit(codeIn(code))
      }}
      style={{ display: 'grid', gap: 10 }}
    >
      <TextInput
        label="One-time link or code"
        description="Slipway printed it when it started."
        placeholder="http://127.0.0.1:4600/login#…"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        spellCheck={false}
      />
      <Button type="submit" size="sm" disabled={code.trim() === ''} loading={busy}>
        Sign in
      </Button>
    </form>
  )
}

/** People paste the whole link as often as the code in it. */
function codeIn(text: string): string {
  return text.trim().replace(/^.*(?:#|[?&]code=)/, '')
}

function PasswordForm({ busy, submit }: { busy: boolean; submit: (credentials: Credentials) => void }) {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit({ user: user.trim(), password })
      }}
      style={{ display: 'grid', gap: 10 }}
    >
      <TextInput
        label="Name"
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
        autoComplete="username"
      />
      <PasswordInput
        label="Password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
      />
      <Button
        type="submit"
        size="sm"
        variant="default"
        disabled={user === '' || password === ''}
        loading={busy}
      >
        Sign in with password
      </Button>
    </form>
  )
}
