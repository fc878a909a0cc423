## Signing in with a passkey

passkey-sign-in = Sign in with a passkey
passkey-or = or
passkey-not-used = The passkey could not be used. Please try again, or sign in another way.
passkey-wrong = Signing in with the passkey did not work
passkey-wrong-text = Please try again, or sign in another way.
passkey-step-title = Confirm with your passkey
passkey-step-submit = Use your passkey
passkey-step-missing = This browser cannot use a passkey. Please open the page in a browser that can, with JavaScript on.

## Signing up with a passkey

passkey-sign-up-title = Choose how to sign in
passkey-sign-up-lead = With a passkey you sign in by fingerprint, face or screen lock. There is no password to remember.
passkey-sign-up-submit = Create account with a passkey
passkey-sign-up-failed = The passkey could not be made. Please try again, or choose a password.
passkey-sign-up-password = Choose a password

## The list of passkeys

passkeys-title = Passkeys
passkeys-lead = Sign in by fingerprint, face or screen lock. A passkey does not work on a false site, which makes it safer than a password.
passkeys-none = There is no passkey yet.
passkeys-add = Add a passkey
passkeys-added = Added on { $date }
passkeys-used = Last used: { $date }
passkeys-unused = Not used yet
passkeys-synced = Shared between your devices
passkeys-device-bound = Only on the device that made it
passkeys-notice-added = The passkey was added
passkeys-notice-added-text = You can sign in with it from now on.
passkeys-notice-removed = The passkey was removed
passkeys-notice-removed-text = If it is still on your device, remove it in the settings of the device or of your password manager too.
passkeys-notice-renamed = The name was changed

## Adding a passkey

passkey-add-title = Add a passkey
passkey-add-lead = Your device will guide you: confirm by fingerprint, face or screen lock.
passkey-add-name = Name of the passkey
passkey-add-name-hint = To tell it from others. Left empty, it is named after where it is kept or after the device
passkey-add-submit = Make a passkey
passkey-add-back = Back to security
passkey-add-failed = The passkey could not be made. This device may have one already, or it was cancelled.
passkey-add-wrong = The passkey could not be added
passkey-add-wrong-text = Too much time has passed, or this passkey is in use already. Please try again.
passkey-missing = This browser cannot make a passkey. Please open the page in a browser that can, with JavaScript on.

## One passkey

passkey-provider = Kept in
passkey-provider-unknown = Not known
passkey-where = How it is kept
passkey-added-on = Added
passkey-used-on = Last used
passkey-rename-title = Change the name
passkey-rename-submit = Change the name
passkey-remove-title = Remove
passkey-remove-text = Once removed, this passkey can no longer be used to sign in.
passkey-remove-submit = Remove this passkey
passkey-remove-last = This passkey is your only way to sign in, so it cannot be removed. Add another passkey or choose a password first.
passkey-set-password = Choose a password

## The offer of a passkey

passkey-offer-title = Next time, sign in without a password
passkey-offer-lead = With a passkey on this device you sign in by fingerprint, face or screen lock alone. You can remove it at any time.
passkey-offer-submit = Make a passkey
passkey-offer-later = Not now
passkey-offer-later-hint = If not now, we will not ask again for 30 days.
