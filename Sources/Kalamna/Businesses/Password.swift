import Foundation

/// What a password must be: long enough, and not one that everybody tries first. No rules about kinds of
/// characters: they make passwords worse (NIST SP 800-63B).
package enum Password {
    package static let characters = 8...128
    package static let mostBytes = 512

    /// Whether it is worth the work of hashing, before any work. What is typed may be in Unicode's decomposed form,
    /// which is at most three times as long.
    static func isPossible(_ password: String) -> Bool { password.utf8.count <= mostBytes * 3 }

    /// Nil when the password can be taken.
    package static func problem(of password: String, email: String) -> LocalizedText? {
        guard isPossible(password) else { return tooLong }
        let text = password.precomposedStringWithCanonicalMapping
        let count = text.unicodeScalars.count
        if count < characters.lowerBound {
            return LocalizedText(
                ar: "كلمة السر قصيرة، اكتب 8 حروف أو أرقام على الأقل.", en: "The password is too short: use at least 8 characters.")
        }
        if count > characters.upperBound || text.utf8.count > mostBytes { return tooLong }
        let folded = EmailAddress.fold(text)
        if commonest.contains(westernDigits(folded)) {
            return LocalizedText(
                ar: "كلمة السر دي معروفة وسهل حد يخمنها، اختار واحدة تانية.",
                en: "This is one of the first passwords that attackers try: choose another.")
        }
        if folded == EmailAddress.fold(email) {
            return LocalizedText(
                ar: "كلمة السر ماينفعش تكون هي الإيميل، اختار واحدة تانية.", en: "The password can't be the e-mail address: choose another.")
        }
        return nil
    }

    private static let tooLong = LocalizedText(
        ar: "كلمة السر طويلة، أقصى حاجة 128 حرف.", en: "The password is too long: use at most 128 characters (512 bytes).")

    private static func westernDigits(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isArabicDigit = (0x0660...0x0669).contains(scalar.value)
            scalars.append(isArabicDigit ? Unicode.Scalar(UInt8(scalar.value - 0x0660 + 0x30)) : scalar)
        }
        return String(scalars)
    }

    /// Of those of eight characters or more, in lower case, with what is usual in Egypt.
    private static let commonest: Set<String> = Set(
        """
        12345678 123456789 1234567890 12345678910 123123123 1234567891 987654321 87654321 0123456789 9876543210 11111111 111111111
        1111111111 00000000 000000000 0000000000 22222222 33333333 44444444 55555555 66666666 77777777 88888888 888888888 99999999
        999999999 12341234 11223344 1122334455 112233445566 12121212 123321123 11112222 10203040 1020304050 123454321 12344321
        147258369 741852963 789456123 159753159 password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword
        p@ssw0rd1 p@ssword123 pass1234 pass@123 pass12345 qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 1qaz2wsx
        1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 qazwsxedc zaq12wsx zxcvbnm123 zxcvbnm1 asdfghjk asdfghjkl asdfasdf asdf1234 aaaaaaaa
        abcd1234 abcdefgh abc12345 abc123456 a1234567 a12345678 a123456789 aa123456 aa12345678 admin123 admin1234 admin@123
        administrator welcome1 welcome123 letmein1 letmein123 iloveyou iloveyou1 sunshine princess football baseball superman
        trustno1 whatever starwars computer internet changeme master123 michelle jennifer samsung1 samsung123 google123 facebook
        test1234 test12345 user1234 ahmed123 ahmed1234 ahmed12345 ahmed2020 mohamed1 mohamed123 mohamed1234 mahmoud123 mostafa123
        mustafa123 egypt123 egypt1234 egypt2024 egypt2025 egypt2026 alahly1907 ahly1907 zamalek1911 bismillah bismellah alhamdulillah
        allah123 allahakbar habibi123 kalamna1 kalamna123 كلمةالسر كلمهالسر باسورد123 محمد1234 محمد12345 احمد1234 احمد12345 الحمدلله
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}

extension Validation {
    package mutating func password(_ field: String, _ value: String, email: String) {
        if let problem = Password.problem(of: value, email: email) { refuse(field, ar: problem.ar, en: problem.en) }
    }
}
