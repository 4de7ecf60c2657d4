import type { PalmSample, Raster } from '@paume/palm'
import {
  type FrameAnalysis,
  type Located,
  type Measure,
  place,
  type RecordedTrace,
  type Region,
} from '@paume/palm/explaining'
import { escapeHtml, figure, measuresTable, overlay, recorded, section, verdictOf } from './parts.ts'
import { fieldUri, pictureUri, regionUri, vectorUri } from './pictures.ts'
import { STYLE } from './style.ts'

export type Explained = {
  file: string
  trace: RecordedTrace
  analysis: FrameAnalysis
  /** Made also where quality or liveness refused the picture, so that it can be looked at. Null without a region. */
  sample: PalmSample | null
  /** HTML of the search and decision. */
  decision: string
}

const NOT_REACHED = '<p class="soft">Not reached.</p>'
const OUTCOMES: Record<Located['outcome'], string> = {
  found: 'One open palm.',
  no_hand: 'No hand.',
  two_hands: 'Two hands.',
  back_of_hand: 'The back of a hand.',
  not_open: 'A hand that is not open.',
}

/** The whole page as one file. */
export async function explainPage({ file, trace, analysis, sample, decision }: Explained): Promise<string> {
  const { stageMs } = trace
  const picture = recorded<Raster>(trace, 'capture/picture')
  const located = recorded<Located>(trace, 'landmarks/located')
  const region = recorded<Region>(trace, 'region/region')
  const quality = recorded<Measure[]>(trace, 'quality/measures')
  const liveness = recorded<Measure[]>(trace, 'liveness/measures')
  const lines = recorded<Measure>(trace, 'embedding/lines')
  const embedding = `${lines ? measuresTable([lines]) : NOT_REACHED}${sample ? await embeddingPart(sample) : ''}`
  const sections = [
    section(
      1,
      'Capture',
      stageMs.capture,
      picture ? `<p>${picture.widthPx} × ${picture.heightPx} pixels after turning upright.</p>` : NOT_REACHED,
    ),
    section(
      2,
      'Landmarks',
      stageMs.landmarks,
      picture && located ? await landmarksPart(picture, located) : NOT_REACHED,
    ),
    section(3, 'Region', stageMs.region, region ? await regionPart(region) : NOT_REACHED),
    section(4, 'Quality', stageMs.quality, quality ? measuresTable(quality) : NOT_REACHED),
    section(5, 'Liveness', stageMs.liveness, liveness ? measuresTable(liveness) : NOT_REACHED),
    section(6, 'Embedding', stageMs.embedding, embedding),
    section(7, 'Protection, gallery and decision', undefined, decision),
  ]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Paume explains ${escapeHtml(file)}</title><style>${STYLE}</style></head><body><main>
<h1>${escapeHtml(file)}</h1>${verdictOf(analysis)}
<p class="note">This page holds the picture itself and what was read from it. It was written on your machine and sent nowhere: treat it as you treat the picture.</p>
${sections.join('\n')}</main></body></html>`
}

async function landmarksPart(picture: Raster, located: Located): Promise<string> {
  const hand = 'hand' in located ? located.hand : null
  const told = hand
    ? `${hand.hand === 'L' ? 'Left' : 'Right'} hand, presence ${hand.presence.toFixed(2)}, sure of the hand ${Math.max(hand.rightness, 1 - hand.rightness).toFixed(2)}.`
    : ''
  const drawing = overlay(await pictureUri(picture), picture, located, hand ? place(hand) : null)
  return `<p>${OUTCOMES[located.outcome]} ${told} <span class="soft">Dashed: the detector's box. Blue: the square that becomes the region.</span></p>${drawing}`
}

async function regionPart(region: Region): Promise<string> {
  const { mirrored, sourceSidePx, tiltDeg } = region
  const told = `128 × 128 pixels from ${Math.round(sourceSidePx)} × ${Math.round(sourceSidePx)}, ${mirrored ? 'mirrored onto a right hand' : 'not mirrored'}, tilt ${tiltDeg.toFixed(0)}°.`
  return `<div class="row">${figure(await regionUri(region), told)}</div>`
}

async function embeddingPart(sample: PalmSample): Promise<string> {
  const field = figure(
    await fieldUri(sample.field),
    'Orientation code: direction of the darkest line in each cell, as a colour; black is none.',
    true,
  )
  const vector = figure(
    await vectorUri(sample.embedding),
    'Compact vector of 256 numbers: orange above zero, blue below.',
    true,
  )
  return `<div class="row">${field}${vector}</div>`
}
