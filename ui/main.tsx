import '@mantine/core/styles.layer.css'
import './app/tokens.css'
import './app/global.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { onSignedOut, queryClient } from './api/query-client.ts'
import { router } from './app/router.ts'
import { theme } from './app/theme.ts'
import { ZoneProvider } from './design/zone.tsx'
import { paths } from './paths.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

onSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname === paths.login()) return
  queryClient.clear()
  void router.navigate({ to: paths.login(), search: { to: href } })
})

// A refusal is shown on the page; only what nobody expected belongs on the console.
const onCaughtError = (error: unknown) => {
  if (!(error instanceof ApiError)) console.error(error)
}

createRoot(root, { onCaughtError }).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ZoneProvider>
          <RouterProvider router={router} />
        </ZoneProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
