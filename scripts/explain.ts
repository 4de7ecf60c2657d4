import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { analyseFrame, openFrameExperts, type PalmSample, PictureError } from '@paume/palm'
import { type FrameAnalysis, recorder } from '@paume/palm/explaining'
import { explainPage } from './explain/page.ts'
import { searchPart } from './explain/search.ts'

const USAGE = 'usage: npm run explain -- PICTURE [--gallery DIR] [--out FILE]'
const NO_GALLERY =
  '<p class="soft">No gallery was given: name a folder with <code>--gallery DIR</code> (manifest.csv and pictures) to see whom this palm is compared with.</p>'

type Experts = Awaited<ReturnType<typeof openFrameExperts>>

/** `npm run explain`: one picture through the stages, every intermediate on one page. Returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { gallery: { type: 'string' }, out: { type: 'string' } },
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1) {
    console.error(USAGE)
    return 2
  }
  const experts = await openFrameExperts()
  const bytes = await readFile(file)
  const trace = recorder()
  const analysis = await analyseFrame(experts, bytes, { expectedHand: null, previous: null, search: 'thorough' }, trace)
  const sample = await sampleOf(experts, analysis)
  const decision =
    sample === null || analysis.hand === null
      ? '<p class="soft">Not reached.</p>'
      : values.gallery === undefined
        ? NO_GALLERY
        : await searchPart(experts, values.gallery, sample, analysis.hand.hand)
  const out = resolve(values.out ?? join('out', `explain-${basename(file, extname(file))}.html`))
  await mkdir(resolve(out, '..'), { recursive: true })
  await writeFile(out, await explainPage({ file: basename(file), trace, analysis, sample, decision }), { mode: 0o600 })
  console.log(out)
  return 0
}

/** What the embedding would be, also of a picture that quality or liveness refused. */
async function sampleOf({ embedder, coder }: Experts, analysis: FrameAnalysis): Promise<PalmSample | null> {
  if (analysis.outcome === 'good') return analysis.sample
  const { region } = analysis
  if (region === null) return null
  return {
    embedding: (await embedder.embed([region]))[0],
    code: coder.code(region),
    field: coder.field(region),
    quality: 0,
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  const code = error instanceof PictureError || (error instanceof Error && 'code' in error) ? error.code : undefined
  if (code === undefined) throw error
  console.error(`explain: ${error instanceof Error ? error.message : String(error)} (${code})`)
  process.exitCode = 1
}
