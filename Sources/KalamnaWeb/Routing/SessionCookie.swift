import Hummingbird
import Kalamna

/// The login of the dashboard. Over HTTPS it is bound to the host (`Secure`); plain HTTP is for a developer's machine.
enum SessionCookie {
    static let name = "kalamna_session"

    static func set(_ token: String, secure: Bool) -> Cookie {
        Cookie(name: name, value: token, maxAge: 12 * 3600, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }

    static func clear(secure: Bool) -> Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }
}
