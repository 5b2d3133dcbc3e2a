const LINE_BREAKS = /[\t\n\v\f\r]+/g
/** What a terminal takes as a command, and what makes text run the other way. */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}]/gu

/**
 * A text of another's choosing, such as a server, a driver or a process, made safe to print: it becomes one line, and
 * each character that a terminal would obey becomes `�`.
 */
export const printable = (text: string): string => text.replace(LINE_BREAKS, ' ').replace(COMMANDS, '\ufffd')
