/// The consonants of a word, sounds that are confused in writing made one: س ص ث, ت ط, د ض ذ, ز ظ, ح ه.
/// Arabic and Latin spellings of a word have a skeleton in common (`شحن`, `sha7n`, `shahn` → `chn`).
enum Skeleton {
    static func of(_ word: Letters) -> Letters {
        word.contains(where: \.isArabicLetter) ? arabic(word) : latin(word)
    }

    static func arabic(_ word: Letters) -> Letters {
        var result = Letters()
        for (index, letter) in word.enumerated() {
            if letter == "ه" && index == word.count - 1 && index > 0 { continue }
            if let sound = ArabicSounds.sound(letter, isQafSilent: false), sound != result.last { result.append(sound) }
        }
        return result
    }

    static func latin(_ word: Letters) -> Letters { LatinSounds.skeletons(of: word, limit: 1).first ?? [] }
}

enum ArabicSounds {
    /// One letter for each group of consonants; `nil` for vowels and what is written as a vowel or not at all in Latin letters.
    static func sound(_ letter: Unicode.Scalar, isQafSilent: Bool) -> Unicode.Scalar? {
        switch letter {
        case "ب": "b"
        case "ت", "ط": "t"
        case "ث", "س", "ص": "s"
        case "ج": "g"
        case "ح", "ه": "h"
        case "خ": "x"
        case "د", "ض": "d"
        case "ذ", "ز", "ظ": "z"
        case "ر": "r"
        case "ش": "c"
        case "غ": "j"
        case "ف": "f"
        case "ق": isQafSilent ? nil : "k"
        case "ك": "k"
        case "ل": "l"
        case "م": "m"
        case "ن": "n"
        default: nil
        }
    }

    /// The keys under which a word stands in the index: ق is k or silent; ث, ذ and ظ have two readings; a final ه is often not heard.
    static func keys(of word: Letters) -> [Letters] {
        var keys: [Letters] = [[]]
        for (index, letter) in word.enumerated() {
            let isFinalHeh = letter == "ه" && index == word.count - 1
            let options: [Unicode.Scalar?]
            switch letter {
            case "ق": options = ["k", nil]
            case "ث": options = ["s", "t"]
            case "ذ", "ظ": options = ["z", "d"]
            case "ه" where isFinalHeh: options = [nil]
            default: options = [sound(letter, isQafSilent: false)]
            }
            if options.count == 1 || keys.count >= 8 {
                for key in keys.indices { append(options[0], to: &keys[key]) }
            } else {
                keys = keys.flatMap { key in
                    options.map { option in
                        var copy = key
                        append(option, to: &copy)
                        return copy
                    }
                }
            }
        }
        return keys
    }

    private static func append(_ sound: Unicode.Scalar?, to key: inout Letters) {
        if let sound, sound != key.last { key.append(sound) }
    }
}

enum LatinSounds {
    /// The skeletons that a Latin spelling may stand for, the likeliest first.
    static func skeletons(of word: Letters, limit: Int) -> [Letters] {
        var readings: [Letters] = [[]]
        var index = 0
        while index < word.count {
            let (sounds, length) = reading(word, index)
            index += length
            if sounds.count == 1 || readings.count * sounds.count > max(limit, 1) * 2 {
                for reading in readings.indices { append(sounds[0], to: &readings[reading]) }
            } else {
                readings = sounds.flatMap { sound in
                    readings.map { reading in
                        var copy = reading
                        append(sound, to: &copy)
                        return copy
                    }
                }
            }
        }
        var unique: [Letters] = []
        for reading in readings where !unique.contains(reading) { unique.append(reading) }
        return Array(unique.prefix(limit))
    }

    private static func append(_ sounds: Letters, to key: inout Letters) {
        for sound in sounds where sound != key.last { key.append(sound) }
    }

    private static func reading(_ word: Letters, _ index: Int) -> (sounds: [Letters], length: Int) {
        let letter = word[index]
        let next = index + 1 < word.count ? word[index + 1] : " "
        switch (letter, next) {
        case ("s", "h"): return ([["c"], ["s", "h"]], 2)
        case ("c", "h"): return ([["c"]], 2)
        case ("k", "h"): return ([["x"], ["k", "h"]], 2)
        case ("g", "h"): return ([["j"], ["g", "h"]], 2)
        case ("t", "h"): return ([["s"], ["z"], ["t"], ["t", "h"]], 2)
        case ("d", "h"): return ([["z"], ["d"]], 2)
        case ("p", "h"): return ([["f"]], 2)
        case ("7", "'"), ("5", "'"): return ([["x"]], 2)
        case ("3", "'"): return ([["j"]], 2)
        case ("9", "'"): return ([["d"]], 2)
        case ("6", "'"): return ([["z"]], 2)
        default: break
        }
        switch letter {
        case "b", "p": return ([["b"]], 1)
        case "t", "6": return ([["t"]], 1)
        case "s": return ([["s"]], 1)
        case "9": return ([["s"], ["k"]], 1)
        case "g", "j": return ([["g"]], 1)
        case "h": return (index == word.count - 1 ? [[], ["h"]] : [["h"]], 1)
        case "7": return ([["h"]], 1)
        case "5": return ([["x"]], 1)
        case "8": return ([["j"], ["k"], []], 1)
        case "d": return ([["d"]], 1)
        case "z": return ([["z"]], 1)
        case "r": return ([["r"]], 1)
        case "$": return ([["c"]], 1)
        case "f", "v": return ([["f"]], 1)
        case "k", "q": return ([["k"]], 1)
        case "c": return ([["k"], ["s"]], 1)
        case "l": return ([["l"]], 1)
        case "m": return ([["m"]], 1)
        case "n": return ([["n"]], 1)
        case "x": return ([["k", "s"]], 1)
        default: return ([[]], 1)
        }
    }
}
