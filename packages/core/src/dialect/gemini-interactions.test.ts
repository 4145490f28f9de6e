import { expect, test } from 'vitest'
import { canonicalBody } from './canonical.test-fixture.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'
import { geminiInteractions } from './gemini-interactions.ts'

const URL_OF = 'https://generativelanguage.googleapis.com/v1beta/interactions'
const STREAMING = request('POST', URL_OF, { model: 'gemini-2.5-flash', stream: true })

test('an interaction is started, looked at and cancelled', () => {
  expect(recognised(geminiInteractions, STREAMING)).toMatchObject({
    model: 'gemini-2.5-flash',
    pathIds: [],
    streaming: true,
  })
  expect(
    recognised(geminiInteractions, request('GET', `${URL_OF}/v1_Ab?stream=true`)),
  ).toMatchObject({ pathIds: ['v1_Ab'], streaming: true })
  expect(
    recognised(geminiInteractions, request('POST', `${URL_OF}/v1_Ab/cancel`)).endpoint.stateful,
  ).toBe(true)
  expect(
    geminiInteractions.recognise(request('POST', 'https://a.example/interactions', {})),
  ).toBeUndefined()
})

test('a stream’s ids are named and its end is known', () => {
  const events = [
    { interaction: { id: 'v1_ChdX', status: 'in_progress' }, event_type: 'interaction.created' },
    { interaction_id: 'v1_ChdX', event_type: 'interaction.status_update' },
    { index: 0, step: { type: 'function_call', id: 'l04i196h' }, event_type: 'step.start' },
    { index: 0, delta: { text: 'v1_ChdX', type: 'text' }, event_type: 'step.delta' },
    {
      interaction: { id: 'v1_ChdX', created: '2026-07-07T13:34:18Z' },
      event_type: 'interaction.completed',
    },
  ]
  const text = events
    .map((event) => `event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')

  const seen = see(geminiInteractions, STREAMING, `${text}event: done\ndata: [DONE]\n\n`)

  expect(seen.normalized.slice(0, -1)).toEqual([
    {
      interaction: { id: 'v1_recaaaaaaaaaaaa_0', status: 'in_progress' },
      event_type: 'interaction.created',
    },
    { interaction_id: 'v1_recaaaaaaaaaaaa_0', event_type: 'interaction.status_update' },
    {
      index: 0,
      step: { type: 'function_call', id: 'recaaaaaaaaaaaa_0' },
      event_type: 'step.start',
    },
    { index: 0, delta: { text: 'v1_ChdX', type: 'text' }, event_type: 'step.delta' },
    {
      interaction: { id: 'v1_recaaaaaaaaaaaa_0', created: '1970-01-01T00:00:00Z' },
      event_type: 'interaction.completed',
    },
  ])
  expect([seen.endsAt, seen.wire['frames']]).toEqual([4, undefined])
  expect(seen.replayed).toBe(`${text}event: done\ndata: [DONE]\n\n`)
})

test('the interaction before counts by its name, ids of calls are free', () => {
  const view = request('POST', URL_OF, {
    previous_interaction_id: 'v1_ChdX',
    input: [
      { type: 'function_call', id: 'l04i196h' },
      { type: 'function_result', call_id: 'l04i196h' },
    ],
  })

  expect(canonicalBody(geminiInteractions, view)).toEqual({
    previous_interaction_id: 'v1_ChdX',
    input: [
      { type: 'function_call', id: '<id 1>' },
      { type: 'function_result', call_id: '<id 1>' },
    ],
  })
})

test('a whole interaction and an error have types', () => {
  const good = see(geminiInteractions, STREAMING, { text: '{"id":"v1_Ab","status":"completed"}' })
  const bad = see(geminiInteractions, STREAMING, { text: '{"error":{"code":"x"}}', status: 400 })

  expect(good.types).toEqual(['wiretape.gemini-interactions.interaction'])
  expect(good.normalized).toEqual([{ id: 'v1_recaaaaaaaaaaaa_0', status: 'completed' }])
  expect(bad.types).toEqual(['wiretape.gemini-interactions.error'])
})
