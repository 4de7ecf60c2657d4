import Type from 'typebox'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/**
 * What a person may be. `operator` runs the whole installation and belongs to no organisation; the others hold in one organisation,
 * and there in all shops or in those that are named.
 */
export const STAFF_ROLES = [
  'operator',
  'owner',
  'manager',
  'cashier',
  'installer',
  'support',
  'privacy_officer',
] as const
export type StaffRole = (typeof STAFF_ROLES)[number]
export const StaffRole = literals(STAFF_ROLES)

/** Who may do what. Pages show what is in here for their reader; the server decides by the same table. */
export const PERMISSIONS = {
  /** The stream of what changed; each hears only of what they may read. */
  'news.read': STAFF_ROLES,
  'overview.read': ['operator', 'owner', 'manager', 'support'],
  'organisations.approve': ['operator'],
  'organisation.write': ['operator', 'owner'],
  'shops.read': ['operator', 'owner', 'manager', 'installer', 'support', 'privacy_officer'],
  'shops.write': ['operator', 'owner'],
  'rollout.write': ['operator', 'owner', 'installer'],
  'devices.read': ['operator', 'owner', 'manager', 'installer', 'support'],
  'devices.pair': ['operator', 'owner', 'manager', 'installer'],
  'devices.write': ['operator', 'owner', 'installer'],
  'devices.revoke': ['operator', 'owner', 'manager', 'installer', 'support'],
  'payments.read': ['operator', 'owner', 'manager', 'support'],
  'payments.refund': ['operator', 'owner', 'manager'],
  'disputes.write': ['operator', 'owner', 'support'],
  'settlements.read': ['operator', 'owner'],
  'limits.write': ['operator', 'owner'],
  'gates.read': ['operator', 'owner', 'manager', 'support'],
  'gates.write': ['operator', 'owner', 'manager'],
  'reviews.read': ['operator', 'privacy_officer'],
  'reviews.decide': ['operator', 'privacy_officer'],
  'reports.read': ['operator', 'owner', 'manager'],
  'people.read': ['operator', 'owner', 'manager'],
  'people.write': ['operator', 'owner'],
  'webhooks.write': ['operator', 'owner'],
  'notices.read': ['operator', 'owner', 'manager', 'privacy_officer', 'installer'],
  'notices.write': ['operator', 'privacy_officer'],
  'audit.read': ['operator', 'owner', 'privacy_officer'],
  'health.read': ['operator', 'support'],
} as const satisfies Record<string, readonly StaffRole[]>
export type Permission = keyof typeof PERMISSIONS

/** Whether somebody with these roles may do it. */
export const permits = (roles: readonly StaffRole[], permission: Permission): boolean =>
  roles.some((role) => (PERMISSIONS[permission] as readonly StaffRole[]).includes(role))

/** Who may give which roles to others. Nobody gives them to themselves. */
export const GRANTS: Partial<Record<StaffRole, readonly StaffRole[]>> = {
  operator: STAFF_ROLES,
  owner: ['owner', 'manager', 'cashier', 'installer', 'support', 'privacy_officer'],
}

/**
 * What takes two people: one asks, another one with the same permission approves, and the first one does it, once, exactly as it was
 * approved. The second person is never the one who asked.
 */
export const TWO_PERSON_ACTIONS = {
  /** Limits of a merchant, and what the recogniser demands. */
  'limits.change': 'limits.write',
  /** Rows that leave the system as a file. */
  'export.payments': 'payments.read',
  'export.audit': 'audit.read',
  'export.people': 'people.read',
  /** All palms and cards of one organisation. There is no way to ask for everything at once. */
  'organisation.wipe': 'organisation.write',
  'gallery.share': 'organisation.write',
} as const satisfies Record<string, Permission>
export type TwoPersonAction = keyof typeof TWO_PERSON_ACTIONS
export const TwoPersonAction = literals(Object.keys(TWO_PERSON_ACTIONS) as TwoPersonAction[])

/** Names an approval that is used up by the request which carries it. */
export const APPROVAL_HEADER = 'paume-approval'

/** Languages of the console. */
export const CONSOLE_LANGUAGES = ['en', 'fr', 'es', 'zh'] as const
export type ConsoleLanguage = (typeof CONSOLE_LANGUAGES)[number]
export const ConsoleLanguage = literals(CONSOLE_LANGUAGES)
