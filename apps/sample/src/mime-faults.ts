/** A way in which a mail breaks the rules of RFC 5322 (format) or RFC 2045 and 2046 (MIME). */
export type MimeFault = keyof typeof checks;

const checks = {
  unterminated_multipart: ({ text, contentTypes }: Scan) =>
    contentTypes.some((type) => {
      const boundary = /^\s*multipart\/.*?boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/is.exec(type);
      return boundary !== null && !text.includes(`\n--${boundary[1] ?? boundary[2]}--`);
    }),
  unknown_charset: ({ contentTypes }: Scan) =>
    contentTypes.some((type) => {
      const charset = /charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1];
      return charset !== undefined && !isKnownCharset(charset);
    }),
  non_ascii_header: ({ headers }: Scan) => nonAscii.test(headers),
  undeclared_8bit: ({ body, encodings }: Scan) =>
    nonAscii.test(body) && !encodings.some((encoding) => encoding === "8bit" || encoding === "binary"),
  bad_date: ({ headers }: Scan) => {
    const date = /^date:[ \t]*(.*)$/im.exec(headers)?.[1];
    return date !== undefined && Number.isNaN(Date.parse(date));
  },
  overlong_line: ({ text }: Scan) => /^.{999}/m.test(text),
};

const nonAscii = /[\u0080-\uffff]/;

/** The faults of a mail, by the header lines of the mail and of its parts. A sound mail has none. */
export function mimeFaults(text: string): readonly MimeFault[] {
  const scan = scanMail(text);
  return (Object.keys(checks) as MimeFault[]).filter((fault) => checks[fault](scan));
}

/** The faults that leave in doubt what the mail says; the others are offences against form only. */
export function structuralFaults(text: string): readonly MimeFault[] {
  return faultsAmong(structural, text);
}

/** Structural faults, and 8-bit characters of which the mail does not say what they are. */
export function declarationFaults(text: string): readonly MimeFault[] {
  return faultsAmong([...structural, "non_ascii_header", "undeclared_8bit"], text);
}

function faultsAmong(faults: readonly MimeFault[], text: string): readonly MimeFault[] {
  const scan = scanMail(text);
  return faults.filter((fault) => checks[fault](scan));
}

const structural = ["unterminated_multipart", "unknown_charset"] as const satisfies readonly MimeFault[];

interface Scan {
  readonly text: string;
  readonly headers: string;
  readonly body: string;
  readonly contentTypes: readonly string[];
  readonly encodings: readonly string[];
}

function scanMail(text: string): Scan {
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const fields = [...text.matchAll(/^content-(type|transfer-encoding):((?:.|\r?\n[ \t])*)/gim)];
  const valuesOf = (name: string): readonly string[] =>
    fields.filter((field) => field[1]?.toLowerCase() === name).map((field) => field[2] ?? "");
  return {
    text,
    headers: text.slice(0, end),
    body: text.slice(end),
    contentTypes: valuesOf("type"),
    encodings: valuesOf("transfer-encoding").map((value) => value.trim().toLowerCase()),
  };
}

function isKnownCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}
