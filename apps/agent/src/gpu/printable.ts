/** What a terminal takes as a command, and what makes text run the other way. */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}]/gu

/** A text of the driver's or of another process's choosing, made safe to print: each such character becomes `�`. */
export const printable = (text: string): string => text.replace(COMMANDS, '\ufffd')
