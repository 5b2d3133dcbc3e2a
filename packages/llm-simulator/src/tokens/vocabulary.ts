const WORDS = `the of and to in is that for it as was with be by on not he his but at are this have from or had an they which
one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can
only other time new some could these two may first then do any like my now over such our man me even most made after also did many
before must through years where much your way down should because long each just state those people take day good very make world
still see own men work between life both under last never place another same here found great hand high small large next early
young important few public bad able water money story fact month lot right study book eye job word business issue side kind
head house service friend father power hour game line end member law car city community name president team minute idea kid body
information back parent face others level office door health person art war history party result change morning reason research girl
guy moment air teacher force education`

/**
 * The words output is made of, each with its leading space. Each is exactly one o200k_base token, and as every one starts a new
 * piece, any sequence of n of them is exactly n tokens. Plain ASCII letters: they need no escaping in JSON.
 */
export const VOCABULARY: readonly string[] = WORDS.split(/\s+/).map((word) => ` ${word}`)
