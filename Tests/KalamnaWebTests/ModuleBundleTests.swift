import Testing

@testable import KalamnaWeb

/// Several modules as one file.
@Suite struct ModuleBundleTests {
    @Test func modulesBecomeOne() {
        let words = """
            // Every word.

            /** Two lines
                of a comment. */
            export const words = ['// no comment', 'a /* b */'];   // with a reason
            const site = 'https://shop.example';
            /** One line. */
            export function say(word) {
              return word;                    // trailing
            }
            """
        let page = """
            import { say, words } from './words.js';
            import './other.js';
            export class Page {
              show() { say(words[0]); }
            }
            export async function open() {}
            """
        #expect(
            ModuleBundle.join([words, page]) == """
                const words = ['// no comment', 'a /* b */'];
                const site = 'https://shop.example';
                function say(word) {
                return word;
                }
                import './other.js';
                class Page {
                show() { say(words[0]); }
                }
                async function open() {}

                """)
    }

    @Test func stylesLoseOnlySpace() {
        let css = """
            .who > * { color: red; inline-size: min(100dvh - 3rem, 54rem); }
            @media (max-width: 25rem) { :focus-visible { outline: 3px solid; } }
            """
        #expect(
            ModuleBundle.condense(css: css)
                == ".who > *{color:red;inline-size:min(100dvh - 3rem,54rem);}@media (max-width:25rem){:focus-visible{outline:3px solid;}}")
    }
}
