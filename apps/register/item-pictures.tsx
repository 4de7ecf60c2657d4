import type { ReactNode } from 'react'

/** Small drawings of our own, 48 × 48, with fixed colours that stand on light and dark grounds. */
const PICTURES = {
  espresso: (
    <>
      <path d="M10 20h24v8a12 12 0 0 1-24 0z" fill="#f7efe4" stroke="#6b4a34" />
      <path d="M34 22h4a5 5 0 0 1 0 10h-5" fill="none" stroke="#6b4a34" />
      <path d="M13 22h18v3H13z" fill="#6b3f22" stroke="none" />
      <path d="M17 8c-3 4 3 4 0 8M26 8c-3 4 3 4 0 8" fill="none" stroke="#a58a77" />
    </>
  ),
  flat_white: (
    <>
      <path d="M8 16h28v10a14 14 0 0 1-28 0z" fill="#cfe3e6" stroke="#3c6470" />
      <path d="M36 18h3a6 6 0 0 1 0 12h-5" fill="none" stroke="#3c6470" />
      <ellipse cx="22" cy="17" rx="13" ry="4" fill="#b98a5e" stroke="#3c6470" />
      <path d="M22 14.5c3 2 3 3 0 5-3-2-3-3 0-5z" fill="#fff6ea" stroke="none" />
    </>
  ),
  tea: (
    <>
      <path d="M14 10h20l-3 28H17z" fill="#e6f4dd" stroke="#4a7a3a" />
      <path d="M15.5 20h17L31 36H17z" fill="#c9dc8b" stroke="none" />
      <path d="M22 30c-1-7 3-10 8-11 1 6-2 10-8 11zM22 30c-4-1-6-4-6-8 4 0 6 4 6 8z" fill="#4f9a4a" stroke="none" />
    </>
  ),
  juice: (
    <>
      <path d="M14 14h20l-3 26H17z" fill="#fff1d6" stroke="#b26708" />
      <path d="M15 20h18l-2.4 18H17.4z" fill="#f8a127" stroke="none" />
      <path d="M27 14l4-9 5 2" fill="none" stroke="#b26708" />
      <circle cx="13" cy="14" r="6" fill="#ffb84a" stroke="#b26708" />
      <path d="M13 8v12M7 14h12" stroke="#fff1d6" />
    </>
  ),
  croissant: (
    <>
      <path
        d="M6 30C6 16 16 9 24 9s18 7 18 21c-3 2-6 1-8-2-2-5-5-8-10-8s-8 3-10 8c-2 3-5 4-8 2z"
        fill="#e8a94f"
        stroke="#8d5518"
      />
      <path d="M17 11l2 10M31 11l-2 10M9 20l7 6M39 20l-7 6" fill="none" stroke="#8d5518" />
    </>
  ),
  bread: (
    <>
      <path d="M7 22c0-6 8-10 17-10s17 4 17 10c0 2-1 3-2 4v10H9V26c-1-1-2-2-2-4z" fill="#d59a55" stroke="#7d4c1d" />
      <path d="M16 18l5 6M24 17l5 6M32 18l3 5" fill="none" stroke="#fff0d8" />
    </>
  ),
  sandwich: (
    <>
      <path d="M6 34L24 12l18 22z" fill="#f1cf95" stroke="#8a5d22" />
      <path d="M8 34h32l2 4H6z" fill="#5fa04b" stroke="#3e6e30" />
      <path d="M12 31h24l-4 6-4-4-5 5-4-5z" fill="#ffd34d" stroke="#b2860c" />
    </>
  ),
  soup: (
    <>
      <path d="M6 22h36c0 11-8 17-18 17S6 33 6 22z" fill="#d9694a" stroke="#7f2d19" />
      <ellipse cx="24" cy="22" rx="18" ry="5" fill="#f2a04e" stroke="#7f2d19" />
      <circle cx="19" cy="22" r="2" fill="#5fa04b" stroke="none" />
      <circle cx="28" cy="21" r="2" fill="#5fa04b" stroke="none" />
      <path d="M18 8c-3 4 3 4 0 7M29 8c-3 4 3 4 0 7" fill="none" stroke="#b09080" />
    </>
  ),
  salad: (
    <>
      <path d="M12 24c-3-8 3-13 8-11 2-6 12-5 12 1 6 0 8 6 4 10z" fill="#7cc05d" stroke="#3f7429" />
      <circle cx="31" cy="19" r="5" fill="#e4573d" stroke="#8f2a17" />
      <path d="M6 24h36c0 10-8 15-18 15S6 34 6 24z" fill="#eef2ee" stroke="#59706a" />
    </>
  ),
  cake: (
    <>
      <path d="M6 24l26-12c6 1 10 6 10 12z" fill="#fff0a8" stroke="#98780a" />
      <path d="M6 24h36v14H6z" fill="#ffd95c" stroke="#98780a" />
      <path d="M6 31h36" stroke="#fffbe6" />
      <circle cx="31" cy="14" r="4" fill="#ffef9c" stroke="#98780a" />
    </>
  ),
  apple: (
    <>
      <path d="M24 16c-8-6-17 0-15 11 1 8 8 14 15 10 7 4 14-2 15-10 2-11-7-17-15-11z" fill="#d94a3d" stroke="#7d1d15" />
      <path d="M24 16c0-5 2-8 5-10" fill="none" stroke="#6b4a34" />
      <path d="M26 11c2-4 6-5 10-4-1 4-5 6-10 4z" fill="#6aad4b" stroke="none" />
    </>
  ),
  water: (
    <>
      <path d="M20 5h8v6l4 6v23a3 3 0 0 1-3 3H19a3 3 0 0 1-3-3V17l4-6z" fill="#d6effa" stroke="#2d6f92" />
      <path d="M16 24h16v10H16z" fill="#66b8dd" stroke="none" />
      <path d="M20 5h8v4h-8z" fill="#2d6f92" stroke="none" />
    </>
  ),
  box: (
    <>
      <path d="M7 16l17-8 17 8v18l-17 8-17-8z" fill="#d9b98a" stroke="#7a5a2c" />
      <path d="M7 16l17 8 17-8M24 24v18" fill="none" stroke="#7a5a2c" />
      <path d="M15.5 12l17 8v6" fill="none" stroke="#fff3dc" />
    </>
  ),
  book: (
    <>
      <path d="M10 8h24a4 4 0 0 1 4 4v28H14a4 4 0 0 1-4-4z" fill="#5b79b8" stroke="#2b3f6e" />
      <path d="M10 36a4 4 0 0 1 4-4h24v8H14a4 4 0 0 1-4-4z" fill="#fdf7e8" stroke="#2b3f6e" />
      <path d="M18 15h12M18 20h8" fill="none" stroke="#e8eefc" />
    </>
  ),
  shirt: (
    <>
      <path d="M17 8l-11 7 5 9 4-2v18h18V22l4 2 5-9-11-7a7 7 0 0 1-14 0z" fill="#7cb8a6" stroke="#2c5c4f" />
      <path d="M15 34h18" fill="none" stroke="#e2f3ee" />
    </>
  ),
  flower: (
    <>
      <path
        d="M24 26v16M24 38c-4-5-8-5-11-4 2 4 6 6 11 4zM24 36c4-5 8-5 11-4-2 4-6 6-11 4z"
        fill="#6aad4b"
        stroke="#3e6e30"
      />
      <path
        d="M24 6c4 0 5 4 4 7 3-2 7 0 7 4s-4 5-7 4c1 3 0 7-4 7s-5-4-4-7c-3 1-7 0-7-4s4-6 7-4c-1-3 0-7 4-7z"
        fill="#e58ab0"
        stroke="#8a2f58"
      />
      <circle cx="24" cy="17" r="3.5" fill="#ffd34d" stroke="none" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type PictureName = keyof typeof PICTURES
export const PICTURE_NAMES = Object.keys(PICTURES) as PictureName[]

/** A picture that this page does not know is a box. */
export const knownPicture = (name: string): PictureName => (name in PICTURES ? (name as PictureName) : 'box')

export function ItemPicture({ name }: { name: string }) {
  return (
    <svg
      className="item-picture"
      viewBox="0 0 48 48"
      strokeWidth="2"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {PICTURES[knownPicture(name)]}
    </svg>
  )
}
