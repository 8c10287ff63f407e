import { readFileSync } from 'node:fs'
import pack from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

const browser = await chromium.launch({
  executablePath: await pack.executablePath(),
  args: '--headless --no-sandbox --disable-gpu'.split(' '),
})
const [out, height, ...files] = process.argv.slice(2)
const page = await browser.newPage({ viewport: { width: 100, height: 100 } })
const imgs = files
  .map(
    (f) =>
      `<div style="height:${height}px;overflow:hidden;flex:none"><img src="data:image/png;base64,${readFileSync(`/tmp/ui/shots/${f}.png`).toString('base64')}"></div>`,
  )
  .join('')
await page.setContent(
  `<body style="margin:0"><div id=m style="display:inline-flex;gap:8px;background:#888">${imgs}</div>`,
)
await page.waitForTimeout(300)
const box = await page.locator('#m').boundingBox()
await page.setViewportSize({ width: Math.ceil(box!.width), height: Math.ceil(box!.height) })
await page.screenshot({ path: `/tmp/ui/shots/${out}.png` })
await browser.close()
