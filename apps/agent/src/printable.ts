const LINE_BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g
/** What a terminal takes as a command, and what makes text run the other way. */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}]/gu

/**
 * A text of another's choosing, such as a server, a driver or a process, made safe to print: it becomes one line, and
 * each character that a terminal would obey, or that is half of one, becomes `�`.
 */
export const printable = (text: string): string =>
  text.replace(LINE_BREAKS, ' ').replace(COMMANDS, '\ufffd').toWellFormed()
