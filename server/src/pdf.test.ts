import { expect, it } from 'vitest'
import { makePdf } from './pdf.ts'

it('makes a document of the paper that was asked for, with letters of four languages in it', async () => {
  const madeAt = new Date('2026-11-24T03:00:00Z')
  const of = (paper: 'a4' | 'letter') =>
    makePdf({ title: 'Sign', paper, language: 'en', madeAt }, (pdf) => {
      pdf.font('bold').fontSize(30).text('Café, señal, 掌纹')
      pdf.addPage().font('regular').text('Zweite Seite')
    })
  const [a4, letter] = [(await of('a4')).toString('latin1'), (await of('letter')).toString('latin1')]
  expect(a4.startsWith('%PDF-1.')).toBe(true)
  expect(a4).toContain('/MediaBox [0 0 595.28 841.89]')
  expect(letter).toContain('/MediaBox [0 0 612 792]')
  expect(a4.match(/\/Type \/Page\b[^s]/g)).toHaveLength(2)
  expect(a4.match(/\/FontFile2|\/FontFile3/g)).toHaveLength(2)
})

it('fails when drawing fails', async () => {
  const madeAt = new Date(0)
  const broken = makePdf({ title: 'x', paper: 'a4', language: 'en', madeAt }, () => {
    throw new Error('no ink')
  })
  await expect(broken).rejects.toThrow('no ink')
})
