import { useEffect, useRef } from "react";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Field } from "~/ui/Field";
import { Check } from "./Check";
import type { FaultAt } from "./Editor";
import {
  type Criterion,
  changed,
  MOST_CRITERIA,
  moved,
  placeOfCriterion,
  pointersOf,
  withCriterion,
  withoutCriterion,
} from "./trackFields";

type Props = {
  criteria: readonly Criterion[];
  /** Their names and what they mean stay; what is asked of them beside points does not. */
  fixed: boolean;
  faultAt: FaultAt;
  onChange: (criteria: Criterion[]) => void;
};

/** By what reviewers give points. */
export function Criteria({ criteria, fixed, faultAt, onChange }: Props) {
  const texts = useTexts(dictionary);
  const { list, follow } = useFollowed();
  const none = criteria.length === 0 ? faultAt("review_criteria") : null;
  // The button that was pressed may be gone: who uses a keyboard goes on from the list.
  const stay = (): void => list.current?.focus();
  return (
    <fieldset className="criteria-list" ref={list} tabIndex={-1}>
      <legend>{texts.trackFields.criteria}</legend>
      <p className="faint">{fixed ? texts.criteriaFixed : texts.criteriaHint}</p>
      <ol className="plain-list">
        {criteria.map((each, at) => (
          <li key={each.key}>
            <Row
              criterion={each}
              number={at + 1}
              fixed={fixed}
              fault={faultAt(placeOfCriterion(each), ...pointersOf(each))}
              onChange={(part) => onChange(changed(criteria, each.key, part))}
            />
            {!fixed && (
              <Place
                id={each.key}
                name={each.name || texts.criterion(at + 1)}
                isFirst={at === 0}
                isLast={at === criteria.length - 1}
                onMove={(by) => {
                  onChange(moved(criteria, at, by));
                  follow(each.key, by);
                }}
                onRemove={() => {
                  onChange(withoutCriterion(criteria, each.key));
                  stay();
                }}
              />
            )}
          </li>
        ))}
      </ol>
      {none && (
        <p className="field-fault" role="alert">
          {none}
        </p>
      )}
      {!fixed && criteria.length < MOST_CRITERIA && (
        <Button onClick={() => onChange(withCriterion(criteria))}>{texts.addCriterion}</Button>
      )}
    </fieldset>
  );
}

/** Who moves a criterion by its buttons goes with it; at either end to its other button. */
function useFollowed() {
  const list = useRef<HTMLFieldSetElement>(null);
  const wanted = useRef<{ key: number; by: -1 | 1 } | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    const { key, by } = wanted.current;
    wanted.current = null;
    const button = (way: number) => list.current?.querySelector<HTMLElement>(`[data-move="${key} ${way}"]:enabled`);
    (button(by) ?? button(-by))?.focus();
  });
  const follow = (key: number, by: -1 | 1): void => {
    wanted.current = { key, by };
  };
  return { list, follow };
}

type RowProps = {
  criterion: Criterion;
  number: number;
  fixed: boolean;
  fault: string | null;
  onChange: (part: Partial<Criterion>) => void;
};

function Row({ criterion, number, fixed, fault, onChange }: RowProps) {
  const texts = useTexts(dictionary);
  const named = (label: string) => (
    <>
      {label} <span className="visually-hidden">{criterion.name || texts.criterion(number)}</span>
    </>
  );
  return (
    <>
      {fixed ? (
        <p>
          <strong>{criterion.name}</strong> {criterion.means}
        </p>
      ) : (
        <div className="side-by-side">
          <Field
            label={texts.criterion(number)}
            fault={fault}
            maxLength={64}
            autoComplete="off"
            value={criterion.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
          <Field
            label={texts.criterionMeans(number)}
            maxLength={256}
            autoComplete="off"
            value={criterion.means}
            onChange={(event) => onChange({ means: event.target.value })}
          />
        </div>
      )}
      <div className="ticks">
        <Check
          label={named(texts.needsComment)}
          checked={criterion.comment}
          onChange={(comment) => onChange({ comment })}
        />
        <Check
          label={named(texts.works)}
          fault={fixed ? fault : null}
          checked={criterion.works}
          onChange={(works) => onChange({ works })}
        />
      </div>
    </>
  );
}

type PlaceProps = {
  id: number;
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

/** Where a criterion stands: buttons, which a keyboard has too. */
function Place({ id, name, isFirst, isLast, onMove, onRemove }: PlaceProps) {
  const texts = useTexts(dictionary);
  const of = <span className="visually-hidden"> {name}</span>;
  return (
    <p className="row">
      <Button kind="quiet" disabled={isFirst} data-move={`${id} -1`} onClick={() => onMove(-1)}>
        {texts.up}
        {of}
      </Button>
      <Button kind="quiet" disabled={isLast} data-move={`${id} 1`} onClick={() => onMove(1)}>
        {texts.down}
        {of}
      </Button>
      <Button kind="quiet" onClick={onRemove}>
        {texts.remove}
        {of}
      </Button>
    </p>
  );
}
