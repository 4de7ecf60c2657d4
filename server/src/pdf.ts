import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'

/** Points (1/72 inch). */
export const PAPERS = {
  a4: { widthPt: 595.28, heightPt: 841.89 },
  letter: { widthPt: 612, heightPt: 792 },
} as const
export type Paper = keyof typeof PAPERS

/**
 * Noto Sans SC (SIL Open Font License, `fonts/OFL.txt`), cut down to the Latin letters of Europe and the Chinese characters of GB 2312:
 * `regular` has all 6,763, `bold` the 3,755 of its first level.
 */
const FONTS = {
  regular: fileURLToPath(new URL('./fonts/noto-sans-sc-regular.ttf', import.meta.url)),
  bold: fileURLToPath(new URL('./fonts/noto-sans-sc-bold.ttf', import.meta.url)),
}
export type PdfFont = keyof typeof FONTS
export type Pdf = PDFKit.PDFDocument

export type PdfOptions = {
  title: string
  paper: Paper
  landscape?: boolean
  /** BCP 47, for readers aloud. */
  language: string
  marginPt?: number
  madeAt: Date
}

/**
 * Draws a document and answers its bytes. Fonts `regular` and `bold` hold Latin and Chinese; `draw` starts on the first page. Pages are
 * kept until the end, so that `switchToPage` can number them.
 */
export function makePdf(options: PdfOptions, draw: (pdf: Pdf) => void): Promise<Buffer> {
  const { widthPt, heightPt } = PAPERS[options.paper]
  const pdf = new PDFDocument({
    size: options.landscape ? [heightPt, widthPt] : [widthPt, heightPt],
    margin: options.marginPt ?? 40,
    bufferPages: true,
    lang: options.language,
    displayTitle: true,
    font: FONTS.regular,
    info: {
      Title: options.title,
      CreationDate: options.madeAt,
      ModDate: options.madeAt,
      Producer: 'Paume',
      Creator: 'Paume',
    },
  })
  for (const [name, path] of Object.entries(FONTS)) pdf.registerFont(name, path)
  pdf.font('regular')
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    pdf.on('data', (part: Buffer) => parts.push(part))
    pdf.on('end', () => resolve(Buffer.concat(parts)))
    pdf.on('error', reject)
    try {
      draw(pdf)
      pdf.end()
    } catch (error) {
      reject(error as Error)
    }
  })
}
