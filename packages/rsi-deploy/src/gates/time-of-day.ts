import type { Approver } from "../approver.ts";

type Window = Pick<Extract<Approver, { readonly by: "time_of_day" }>, "from" | "to" | "timeZone">;

const dayMinutes = 24 * 60;

/**
 * Milliseconds until a daily window opens; 0 while it is open. A window may reach over midnight (`22:00` to
 * `06:00`); one that ends when it begins is open all day. Pure.
 */
export function msUntilOpen(now: number, window: Window): number {
  const minute = minuteOfDay(now, window.timeZone);
  const [from, to] = [minutes(window.from), minutes(window.to)];
  const open = from === to || (from < to ? minute >= from && minute < to : minute >= from || minute < to);
  if (open) return 0;
  const wait = (from - minute + dayMinutes) % dayMinutes;
  return wait * 60_000 - (now % 60_000);
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(":").map(Number);
  return hours * 60 + rest;
}

function minuteOfDay(now: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part("hour") * 60 + part("minute");
}
