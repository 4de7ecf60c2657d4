import type { App } from '../routing.ts'

/** Where a processor's card fields come from, run and ask. */
export type CardFieldOrigins = { script: string[]; frame: string[]; connect: string[] }

/**
 * What pages of ours may do: only what comes from here, WebAssembly for the hand networks, workers from here, frames of nobody.
 * No inline script, no foreign address: these pages stand beside a card field. A kiosk that shows a processor's fields lets in that
 * processor's script and frames, and nothing else.
 */
export const contentPolicy = (fields: CardFieldOrigins = { script: [], frame: [], connect: [] }): string =>
  [
    "default-src 'none'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...fields.script].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...fields.connect].join(' '),
    ...(fields.frame.length > 0 ? [['frame-src', ...fields.frame].join(' ')] : []),
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const HEADERS: Record<string, string> = {
  'content-security-policy': contentPolicy(),
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Sets them on every reply; a route that needs another policy sets it itself first. Answers of the API are never cached. */
export function registerSecurityHeaders(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    for (const [name, value] of Object.entries(HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value)
    const api = request.url.startsWith('/v1/') || request.url.startsWith('/sandbox/')
    if (api && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
}
