import type { PolicyTexts } from './policy-wording.ts'

/** Plain words about what really happens. Whoever changes what the system does changes these too. */
export const ENGLISH: PolicyTexts = {
  notice: {
    title: 'Pay with your palm: what happens here',
    paragraphs: [
      'You can register both palms, a phone number and a card, and from then on pay by holding a hand over a terminal. It is optional. Card and cash stay possible, at the same price.',
      'A camera takes a few pictures of each palm. They are encrypted on this device, sent to our server and opened there in its memory only. They are never stored, neither here nor there.',
      'From the pictures we compute numbers that describe the lines of your palm. These numbers are kept, encrypted with a key made for you alone, until you delete them or do not use them for 12 months. While the system runs, its servers also hold them in memory, scrambled, to compare hands with them.',
      'We keep your phone number encrypted, to recognise you when you want to see or delete your data. Your card number goes to the card processor and not to us; we keep a token and its last four digits.',
      'You can stop at any moment with “No thanks”. Then everything of this registration is destroyed at once.',
    ],
  },
  consent: {
    title: 'Consent to the use of your palms',
    paragraphs: [
      'I agree that pictures of both my palms are taken now, and that numbers describing the lines of my palms (biometric data) are computed from them, stored encrypted and compared with my hand whenever I hold it over a terminal, to find my account and to pay.',
      'They are used for nothing else: not for advertising, not to watch anybody, and they are neither sold nor passed on. To keep one person from registering twice, they are compared once with the palms already registered.',
      'They are destroyed when I delete them, when I withdraw this consent, or after 12 months without use. Encrypted backups made before may hold a copy until they are overwritten. The fact that I consented, and when, is kept as proof.',
      'My consent is voluntary. I can withdraw it at any time with my phone; the withdrawal takes effect within seconds and payments made before stay valid.',
    ],
  },
  terms: {
    title: 'Terms of paying by palm',
    paragraphs: [
      'The terminal shows the shop and the amount before you hold out your hand. Holding your open hand over it means that you want to pay that amount with the card you registered.',
      'If the system is not sure who you are, it asks for the other hand or for another way to pay, and charges nothing.',
      'You get a receipt for every payment. Refunds go back to the card that paid. If a payment was not yours, tell the shop or us; we look at it and give back what was taken wrongly.',
      'When you delete your account, records of payments are kept as long as tax law asks for, without your palm, your phone number or your card.',
    ],
  },
}
