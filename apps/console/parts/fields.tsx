import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import { useFrameTexts } from '../frame/texts.ts'

interface FieldFrameProps {
  label: string
  /** What is wrong with it: `errors.name` of `useSubmit`. */
  error?: string
  /** How to fill it in. */
  hint?: ReactNode
  optional?: boolean
}

interface BoxProps extends FieldFrameProps {
  id: string
  children: ReactNode
}

const described = (id: string, { error, hint }: FieldFrameProps) =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined

/** Label, hint and error around one control that carries `id`. */
function FieldFrame({ id, label, error, hint, optional, children }: BoxProps) {
  const { t } = useFrameTexts()
  return (
    <div className="form-field" data-wrong={error !== undefined || undefined}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="soft"> ({t('optional')})</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="soft small">
          {hint}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  )
}

type Bare<T> = Omit<T, 'value' | 'onChange' | 'id' | 'className'>

interface TextFieldProps extends FieldFrameProps, Bare<InputHTMLAttributes<HTMLInputElement>> {
  value: string
  onChange(value: string): void
}

/** One line of text; `type` may be any that holds text: `date`, `time`, `email`, `number`, `search` … */
export function TextField({ label, error, hint, optional, value, onChange, ...rest }: TextFieldProps) {
  const id = useId()
  return (
    <FieldFrame {...{ id, label, error, hint, optional }}>
      <input
        id={id}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={described(id, { label, error, hint })}
        {...rest}
      />
    </FieldFrame>
  )
}

interface AreaFieldProps extends FieldFrameProps {
  value: string
  onChange(value: string): void
  rows?: number
  maxLength?: number
  required?: boolean
}

export function AreaField({ label, error, hint, optional, value, onChange, rows = 4, ...rest }: AreaFieldProps) {
  const id = useId()
  return (
    <FieldFrame {...{ id, label, error, hint, optional }}>
      <textarea
        id={id}
        className="input"
        rows={rows}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={described(id, { label, error, hint })}
        {...rest}
      />
    </FieldFrame>
  )
}

export type Option<V extends string = string> = { value: V; label: string; disabled?: boolean }

interface SelectFieldProps<V extends string> extends FieldFrameProps {
  value: V | ''
  options: readonly Option<NoInfer<V>>[]
  onChange(value: NoInfer<V>): void
  /** What stands there while nothing is chosen. */
  placeholder?: string
  required?: boolean
  disabled?: boolean
}

export function SelectField<V extends string>(props: SelectFieldProps<V>) {
  const { label, error, hint, optional, value, options, onChange, placeholder, ...rest } = props
  const id = useId()
  return (
    <FieldFrame {...{ id, label, error, hint, optional }}>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value as V)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={described(id, { label, error, hint })}
        {...rest}
      >
        {(placeholder !== undefined || value === '') && <option value="">{placeholder ?? '—'}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

interface CheckFieldProps {
  label: ReactNode
  checked: boolean
  onChange(checked: boolean): void
  hint?: ReactNode
  error?: string
  disabled?: boolean
}

export function CheckField({ label, checked, onChange, hint, error, disabled }: CheckFieldProps) {
  const id = useId()
  return (
    <div className="check-field" data-wrong={error !== undefined || undefined}>
      <label>
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          aria-describedby={hint || error ? `${id}-hint` : undefined}
        />
        <span>{label}</span>
      </label>
      {(hint || error) && (
        <p id={`${id}-hint`} className={error ? 'field-error' : 'soft small'}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

interface ChecksFieldProps<V extends string> {
  label: string
  values: readonly V[]
  options: readonly Option<NoInfer<V>>[]
  onChange(values: NoInfer<V>[]): void
  error?: string
}

/** Several of a few: a group of boxes to tick. */
export function ChecksField<V extends string>({ label, values, options, onChange, error }: ChecksFieldProps<V>) {
  const change = (value: V, on: boolean) =>
    onChange(options.map((each) => each.value).filter((each) => (each === value ? on : values.includes(each))))
  return (
    <fieldset className="checks-field" data-wrong={error !== undefined || undefined}>
      <legend>{label}</legend>
      {options.map(({ value, label: name, disabled }) => (
        <CheckField
          key={value}
          label={name}
          disabled={disabled}
          checked={values.includes(value)}
          onChange={(on) => change(value, on)}
        />
      ))}
      {error !== undefined && <p className="field-error">{error}</p>}
    </fieldset>
  )
}
