import Hummingbird
import Kalamna

/// The login of the dashboard. Over HTTPS the browser binds it to this very host and to HTTPS (`__Host-`, RFC 6265bis §4.1.3.2), so
/// that a neighbouring host can't plant one; plain HTTP is for a developer's machine.
enum SessionCookie {
    static func name(secure: Bool) -> String { secure ? "__Host-kalamna_session" : "kalamna_session" }

    static func set(_ token: String, secure: Bool) -> Cookie {
        Cookie(name: name(secure: secure), value: token, maxAge: 12 * 3600, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }

    static func clear(secure: Bool) -> Cookie {
        Cookie(name: name(secure: secure), value: "", maxAge: 0, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }
}
