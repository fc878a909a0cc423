## Profile

profile-title = Profile
profile-lead = Everything here is optional. It makes support calls and signing up to apps quicker.
profile-saved = Your profile was saved
profile-customer-number = Customer number
profile-customer-number-hint = Please have it at hand when you call us
profile-email = E-mail address
profile-email-verified = Confirmed
profile-email-unverified = Not confirmed
profile-name = Name
profile-family-name = Family name
profile-given-name = Given name
profile-family-name-kana = Family name in kana
profile-given-name-kana = Given name in kana
profile-nickname = Nickname
profile-contact = Contact
profile-phone = Telephone number
profile-phone-hint = Example: 090-1234-5678 or +1 202 555 0143
profile-postal-code = Postal code
profile-postal-code-hint = Example: 100-0001
profile-region = Prefecture or state
profile-locality = City
profile-street = Street and building
profile-birthdate = Date of birth
profile-birthdate-hint = Example: 1990-01-31
profile-display = Display
profile-locale = Language
profile-zone = Time zone
profile-zone-hint = Example: Asia/Tokyo
profile-not-set = Not set
profile-save = Save

## Sign-in and security

security-title = Security
security-password = Password
security-password-since = Changed on { $date }
security-password-lead = Changing it signs you out on all other devices, and connected apps will ask you to sign in again.
security-no-password = No password is set.
security-current-password = Current password
security-change-password = Change password
security-changed = Your password was changed
security-changed-text = All other devices were signed out.
security-wrong-current = The current password is not right
security-slow = There were many tries in a short time. You can try again after { $when }
security-sessions = Devices
security-sessions-text = { $count ->
    [one] Signed in on one device
   *[other] Signed in on { $count } devices
}
security-sessions-link = See devices

## Devices

sessions-title = Devices
sessions-lead = If you see a device you do not know, sign it out and change your password.
sessions-this = This device
sessions-since = Signed in on { $date }
sessions-seen = Last used: { $date }
sessions-seen-from = Last used: { $date } (network { $network })
sessions-acr-aal1 = Signed in with one step
sessions-acr-aal2 = Signed in with two steps
sessions-acr-phr = Signed in with a passkey
sessions-end = Sign out
sessions-end-label = Sign out { $device }
sessions-ended = Signed out
sessions-others-ended = All other devices were signed out
sessions-end-others = Sign out all other devices
sessions-end-others-text = You stay signed in on this device.
sessions-end-all = Sign out on all devices
sessions-end-all-text = This includes this device and sign-ins to connected apps.
sessions-device = { $browser } ({ $system })
sessions-unknown-browser = Browser
sessions-unknown-system = unknown device

## Connected apps

apps-title = Connected apps
apps-lead = You have allowed these apps to use your information. If you take this back, the app no longer gets any.
apps-empty = No connected apps
apps-empty-text = When you use this account with an app or site, it appears here.
list-separator = ,{" "}
apps-since = Allowed on { $date }
apps-remove = Take back
apps-remove-label = Take back what { $app } may do
apps-removed = The app was disconnected
apps-units = Products it may see
apps-remove-unit = Stop showing
apps-remove-unit-label = Stop showing { $product } to { $app }
apps-unit-removed = The app no longer sees that product

## Wrong input

reason-kana = Please enter this in katakana
reason-phone = This is not a telephone number we can read. Example: 090-1234-5678
reason-time-zone = There is no time zone of this name. Example: Asia/Tokyo
reason-language = This is not a language we know

## Two-step sign-in

security-two = Two-step sign-in
security-two-none = Ask for a code from an authenticator app beside your password, so that a password alone lets nobody in.
security-two-on = Signing in takes a code from an authenticator app beside your password.
security-two-add = Add an authenticator app
security-two-since = Added { $date }
security-two-used = Last used { $date }
security-two-edit = Rename
security-two-remove = Remove
security-two-edit-label = Rename { $name }
security-two-remove-label = Remove { $name }
security-codes = Recovery codes
security-codes-left = { $count ->
    [one] One code is left
   *[other] { $count } codes are left
}
security-codes-few = That is not many. Make new ones and keep them safe.
security-codes-new = Make new codes
security-back = Back
security-added = The authenticator app was added
security-removed = The authenticator app was removed
security-renamed = The name was changed
security-too-many = You cannot add another one
security-too-many-text = Remove one that you do not use, then try again.
totp-add-title = Add an authenticator app
totp-add-lead = From then on, each sign-in takes a code from the app beside your password.
totp-add-ends-sessions = For your safety, other devices are signed out and connected apps have to sign in again.
totp-rename-title = Name of the authenticator app
totp-rename-submit = Change the name
totp-remove-title = Remove { $name }?
totp-remove-text = Codes from this app will no longer work. Your other apps stay as they are.
totp-remove-last = It is your last one. Without it there is no two-step sign-in, and your recovery codes end too.
totp-remove-needed = Staff accounts need two-step sign-in. Add another authenticator app first; then you can remove this one.
totp-remove-submit = Remove
recovery-codes-new-title = Make new recovery codes
recovery-codes-new-lead = New codes replace the ones you have. { $left ->
    [one] One is left
   *[other] { $left } are left
} now.
recovery-codes-new-submit = Make new codes
recovery-codes-kept = I have kept them
security-trusted = Trusted browsers
security-trusted-text = { $count ->
    [one] One browser is not asked for a code.
   *[other] { $count } browsers are not asked for a code.
}
security-trusted-forget = Trust none of them
security-trusted-forgotten = No browser is trusted any more

## Removing two-step sign-in

keep-factor-title = Two-step sign-in will be removed
keep-factor-lead = Support was asked to remove it. From { $due } on, you can sign in without your authenticator app and recovery codes. If you did not ask for this, stop it.
keep-factor-submit = Keep two-step sign-in
keep-factor-done = Two-step sign-in stays
keep-factor-done-text = Nothing was removed. If you did not ask for it, change your password too.
keep-factor-over = This is over
keep-factor-over-text = It was stopped before, or has been carried out.
