import { createTheme, type MantineColorsTuple } from '@mantine/core'

const harbor: MantineColorsTuple = [
  '#eef2ff',
  '#dde5fe',
  '#b9c9fc',
  '#93abff',
  '#6d8dff',
  '#4a70f5',
  '#2f5bea',
  '#274fd0',
  '#2143ae',
  '#1b378c',
]

const ink: MantineColorsTuple = [
  '#e9ecf2',
  '#c7cdd8',
  '#a8b1c0',
  '#8590a1',
  '#363f4e',
  '#222833',
  '#181c24',
  '#11141a',
  '#0d1015',
  '#0a0c10',
]

/** Mantine dressed in our tokens (tokens.css): small, square-shouldered, one accent. */
export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: 6,
  colors: { harbor, dark: ink },
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '14px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false, fz: 'xs', maw: 320, multiline: true } },
    Modal: {
      defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.45, blur: 2 } },
    },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', withinPortal: true } },
  },
})
