import {
  AssignmentScope,
  idSchema,
  listOf,
  listQuery,
  ROLLOUT_STATES,
  RolloutCreate,
  SettingsAssignment,
  SettingsRollout,
  SettingsTemplate,
  SettingsTemplateListed,
  TemplateCreate,
  TemplateVersionCreate,
} from '@paume/contract'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App, Guards } from '../../routing.ts'
import type { SettingsRollouts } from './rollouts.ts'
import { ROLLOUT_COLUMNS, type StaffSettings, TEMPLATE_COLUMNS } from './staff-settings.ts'
import type { SettingsTemplates } from './templates.ts'

const tags = ['device settings']
const Nothing = Type.Object({})
const templateParams = Type.Object({ id: idSchema('settings') })
const rolloutParams = Type.Object({ id: idSchema('settingsRollout') })
const RolloutQuery = Type.Object({
  ...listQuery(ROLLOUT_COLUMNS),
  state: Type.Optional(
    Type.Unsafe<(typeof ROLLOUT_STATES)[number]>(Type.Union(ROLLOUT_STATES.map((state) => Type.Literal(state)))),
  ),
  templateId: Type.Optional(idSchema('settings')),
})

type Options = { settings: StaffSettings; templates: SettingsTemplates; rollouts: SettingsRollouts; guards: Guards }

/** Templates of settings, where they hold, and how their versions are brought out. */
export function registerSettingsRoutes(app: App, options: Options): void {
  registerTemplates(app, options)
  registerAssignments(app, options)
  registerRollouts(app, options)
}

function registerTemplates(app: App, { settings, templates, guards }: Options): void {
  const read = { preValidation: guards.staff('devices.read') }
  const write = { preValidation: guards.staff('devices.write') }
  app.get(
    '/v1/settings-templates',
    {
      ...read,
      schema: {
        tags,
        summary: 'Templates of settings',
        querystring: Type.Object(listQuery(TEMPLATE_COLUMNS)),
        response: { 200: listOf(SettingsTemplateListed) },
      },
    },
    async (request) => settings.templates(request.staff!, request.query),
  )
  app.get(
    '/v1/settings-templates/:id',
    { ...read, schema: { tags, summary: 'One template', params: templateParams, response: { 200: SettingsTemplate } } },
    async (request) => settings.template(request.staff!, request.params.id),
  )
  app.post(
    '/v1/settings-templates',
    {
      ...write,
      schema: { tags, summary: 'A new template', body: TemplateCreate, response: { 201: SettingsTemplate } },
    },
    async (request, reply) => {
      const staff = request.staff!
      const { name, settings: patch } = request.body
      const organisationId = staff.organisationId ?? request.body.organisationId
      if (organisationId === undefined) {
        const problems = [{ path: 'body/organisationId', message: 'is for an operator to say' }]
        throw new Failure('request_malformed', { problems })
      }
      if (request.body.organisationId !== undefined && request.body.organisationId !== organisationId) {
        throw new Failure('not_found')
      }
      const id = await templates.create({ organisationId, name, settings: patch }, staff.id)
      return reply.code(201).send(await settings.template(staff, id))
    },
  )
  app.post(
    '/v1/settings-templates/:id/versions',
    {
      ...write,
      schema: {
        tags,
        summary: 'Another version, which holds nowhere before it is rolled out',
        params: templateParams,
        body: TemplateVersionCreate,
        response: { 201: SettingsTemplate },
      },
    },
    async (request, reply) => {
      const staff = request.staff!
      const { id } = request.params
      await settings.ownTemplate(staff, id)
      await templates.addVersion(id, request.body.settings, staff.id)
      return reply.code(201).send(await settings.template(staff, id))
    },
  )
}

function registerAssignments(app: App, { settings, templates, guards }: Options): void {
  const write = { preValidation: guards.staff('devices.write') }
  app.put(
    '/v1/settings-assignments',
    {
      ...write,
      schema: {
        tags,
        summary: 'Where a template holds',
        body: SettingsAssignment,
        response: { 200: SettingsTemplate },
      },
    },
    async (request) => {
      const staff = request.staff!
      const { scope, scopeId, templateId } = request.body
      const { organisationId } = await settings.ownTemplate(staff, templateId)
      await settings.ownScope(staff, organisationId, scope, scopeId)
      await templates.assign(request.body, staff.id)
      return settings.template(staff, templateId)
    },
  )
  app.post(
    '/v1/settings-assignments/remove',
    {
      ...write,
      schema: {
        tags,
        summary: 'No template holds there any more',
        body: Type.Object({ ...AssignmentScope.properties, templateId: idSchema('settings') }),
        response: { 200: SettingsTemplate },
      },
    },
    async (request) => {
      const staff = request.staff!
      const { scope, scopeId, templateId } = request.body
      const { organisationId } = await settings.ownTemplate(staff, templateId)
      await settings.ownScope(staff, organisationId, scope, scopeId)
      await templates.unassign({ scope, scopeId }, staff.id)
      return settings.template(staff, templateId)
    },
  )
}

function registerRollouts(app: App, { settings, rollouts, guards }: Options): void {
  const read = { preValidation: guards.staff('devices.read') }
  const write = { preValidation: guards.staff('devices.write') }
  app.get(
    '/v1/settings-rollouts',
    {
      ...read,
      schema: {
        tags,
        summary: 'Roll-outs of settings',
        querystring: RolloutQuery,
        response: { 200: listOf(SettingsRollout) },
      },
    },
    async (request) => {
      const page = await settings.rolloutIds(request.staff!, request.query)
      return { ...page, items: await Promise.all(page.items.map(({ id }) => rollouts.describe(id))) }
    },
  )
  app.get(
    '/v1/settings-rollouts/:id',
    { ...read, schema: { tags, summary: 'One roll-out', params: rolloutParams, response: { 200: SettingsRollout } } },
    async (request) => {
      await settings.ownRollout(request.staff!, request.params.id)
      return rollouts.describe(request.params.id)
    },
  )
  app.post(
    '/v1/settings-rollouts',
    {
      ...write,
      schema: {
        tags,
        summary: 'Bring a version out, stage by stage',
        body: RolloutCreate,
        response: { 201: SettingsRollout },
      },
    },
    async (request, reply) => {
      await settings.ownTemplate(request.staff!, request.body.templateId)
      const id = await rollouts.start(request.body, request.staff!.id)
      return reply.code(201).send(await rollouts.describe(id))
    },
  )
  app.post(
    '/v1/settings-rollouts/:id/stop',
    {
      ...write,
      schema: {
        tags,
        summary: 'Stop a roll-out: devices go back',
        params: rolloutParams,
        body: Nothing,
        response: { 200: SettingsRollout },
      },
    },
    async (request) => {
      await settings.ownRollout(request.staff!, request.params.id)
      await rollouts.stop(request.params.id, request.staff!.id)
      return rollouts.describe(request.params.id)
    },
  )
}
