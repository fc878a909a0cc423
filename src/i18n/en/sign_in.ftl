## Sign-in

sign-in-title = Sign in
sign-in-asked-by = To continue to { $app }
sign-in-username = E-mail address
sign-in-password = Password
sign-in-stay = Stay signed in
sign-in-stay-hint = Leave this off on a device that others use too
sign-in-submit = Sign in
sign-in-wrong = The e-mail address or the password is not right
sign-in-wrong-text = Please check both and try again. If you have forgotten your password, you can set a new one.
sign-in-slow = Please wait a little
sign-in-slow-text = There were many tries in a short time. You can try again after { $when }.
sign-in-again = To be safe, please enter your password once more
sign-in-new-here = New here?
sign-in-create = Create an account
sign-in-trouble = Trouble signing in?
sign-in-cancel = Cancel and go back to { $app }
sign-in-password-changed = Your password was changed
sign-in-password-changed-text = Please sign in with your new password.
sign-in-over-title = Please start signing in again
sign-in-over-text = Too much time has passed, or this was opened in another browser, so it cannot go on from here. Go back to the app or site you came from and sign in there again.
sign-in-over-link = Sign in to my page

## Create an account

sign-up-title = Create an account
sign-up-lead = All we need is your e-mail address. We will send you a message to confirm it.
sign-up-email = E-mail address
sign-up-submit = Send the message
sign-up-have-one = Already have an account?
sign-up-password-title = Choose a password
sign-up-password-lead = This is the last step.
sign-up-finish = Create account
sign-up-taken-title = This e-mail address is already in use
sign-up-taken-text = An account was created with this address in the meantime. Please sign in to continue.

## Confirmation code

code-title = Check your e-mail
code-lead = We have sent a message to { $email }. Enter the 6-digit code from it, or use the button in the message.
code-field = Confirmation code
code-hint = 6 digits
code-submit = Next
code-wrong = { $tries ->
    [one] The code is not right. You can try once more
   *[other] The code is not right. You can try { $tries } more times
}
code-form = Please enter the 6 digits
code-not-arrived = No message?
code-not-arrived-text = Please look in your spam folder and check that the address is spelt right. Addresses of mobile carriers may need to be set to accept our messages.
code-again = Enter the address again
proof-over-title = This cannot go on
proof-over-text = Too much time has passed, the code was wrong too often, or it was used already. Please start again.
proof-over-link = Start again
confirm-title = Confirm your e-mail address
confirm-lead = This confirms { $email }. To continue, press the button below.
confirm-submit = Continue

## New password

new-password-label = New password
new-password-hint = At least { $length } characters. A few unrelated words are easy to remember and hard to guess
recover-title = Trouble signing in?
recover-lead = Enter the e-mail address of your account. We will send you a message for choosing a new password.
recover-submit = Send the message
recover-back = Back to sign-in
recover-help = If you can no longer use that address either, please contact support and have your customer number at hand.
recover-password-title = Choose a new password
recover-password-lead = Changing it signs you out on all devices.
recover-finish = Change password

## Sign-out

sign-out-title = Sign out?
sign-out-text = You will be signed out on this device. Other devices stay signed in.
sign-out-submit = Sign out
sign-out-back = Back to my page
sign-out-done = You are signed out

## Wrong input

reason-password-too-short = This is too short. Please make it longer
reason-password-too-long = This is too long. Please use at most 128 characters
reason-password-breached = This password is in a list of passwords leaked from other services. Please choose another one
reason-password-common = This contains very common words and is easy to guess. Please add other words
reason-password-personal = This resembles your name, your address or our name. Please use unrelated words
reason-password-repeats = Repeated letters or words are easy to guess. Please add other words
reason-password-sequence = Rows such as "abc" or "123" are easy to guess. Please add other words
reason-password-keyboard = Rows of keys are easy to guess. Please add other words
reason-password-date = Dates and years are easy to guess. Please add other words
reason-password-guessable = This is easy to guess. Please add one or two words

## Further steps of a sign-in

step-password-title = Confirm your password
step-who = You are signing in as { $account }.
step-submit = Continue
step-skip = Not now
step-restart = Sign in with another account
another-title = That is another account
another-text = You entered another account than the one you began with. A sign-in cannot change accounts halfway.
another-restart = Start again
another-go-on = Continue with the first account
step-other-way = Try another way
choose-title = Choose another way
choose-none = If none of these works for you, please contact support. Once they know it is you, two-step sign-in is removed after a wait of 24 hours.
way-passkey = Passkey
way-passkey-text = Use the screen lock, fingerprint or face of your device
way-password = Password
way-password-text = Enter the password of your account
way-provider = An account elsewhere
way-provider-text = Sign in at a service you have linked
way-totp = Authenticator app
way-totp-text = Enter the six digits that the app shows
way-sms = Text message
way-sms-text = We send a code to your telephone number
way-recovery-code = Recovery code
way-recovery-code-text = Use one of the codes you kept
way-mail = E-mail
way-mail-text = We send a code to your e-mail address

## Authenticator apps and recovery codes

totp-title = Code from your authenticator app
totp-lead = Open your authenticator app and enter the six digits it shows.
totp-wrong = That code is wrong or was used before. Wait for the next one and try again
recovery-code-title = Recovery code
recovery-code-lead = Enter one of the recovery codes you kept. Each works only once.
recovery-code-field = Recovery code
recovery-code-wrong = That code is wrong or was used before
enrol-title = Set up two-step sign-in
enrol-lead = To go on, you need a second way to confirm that it is you. You can set it up here and now.
enrol-app = Have an authenticator app ready on your phone. Google Authenticator, Microsoft Authenticator, 1Password or any other will do.
enrol-submit = Set up an authenticator app
totp-set-up-title = Set up your authenticator app
totp-set-up-lead = Scan this QR code with your authenticator app, then enter the six digits it shows.
totp-qr = QR code to scan with an authenticator app
totp-open-app = Open in an authenticator app on this device
totp-cannot-scan = If you cannot scan it
totp-type-secret = Type these letters into your authenticator app.
totp-first-code = Code that the app shows
totp-name = Name of this authenticator app
totp-name-first = Phone
totp-confirm = Finish
recovery-codes-title = Recovery codes
recovery-codes-lead = These codes stand in for your authenticator app when you do not have it. Each works once. They are not shown again after you leave this page: print them or keep the file somewhere safe.
recovery-codes-download = Save as a file
recovery-codes-print = To print them, use the print function of your browser.
recovery-codes-go-on = I have kept them, go on

## Signing in by mail

sign-in-by-mail = Sign in with a code by e-mail, without a password
mail-code-title = Sign in with a code by e-mail
mail-code-lead = We send a code to your e-mail address.
mail-code-submit = Send the code
mail-code-back = Sign in with your password
mail-code-sent = We have sent a letter to { $email }. Enter its six digits on this page.
mail-link-here = Go on signing in as { $email }.
mail-link-elsewhere = A sign-in as { $email } was begun on another device or in another browser.
mail-link-asked-at = Begun at
mail-link-device = Begun on
mail-link-show = Show the code
mail-link-type = Enter this code on the device where you began.
mail-link-warning = If you did not begin this sign-in, close this page. Do not give the code to anybody.

## Trusted browsers

trust-browser = Do not ask for a code in this browser for { $days } days
trust-browser-hint = Leave this empty on a device that others use too

## A sign-in that was somebody else's

not-me-title = Was this sign-in not you?
not-me-when = When
not-me-device = Device
not-me-network = Network
not-me-unknown-device = unknown device
not-me-unknown-network = unknown network
not-me-lead = The button signs out every device and connected app, and stops the present password from working. If the sign-in was yours, close this page.
not-me-submit = This was not me
not-me-until = This link works until { $date }.
not-me-done-title = Your account is protected
not-me-done-text = Every device and connected app was signed out, and the password no longer works. Set a new one and sign in, then look on the security page for passkeys and apps you do not know. If you use the same password elsewhere, change it there too.
not-me-moved-text = Every device and connected app was signed out, and the password no longer works. The e-mail address of this account was changed: first undo that with the link in the letter about it, then set a new password.
not-me-done-link = Set a new password
not-me-over-title = This link no longer works
not-me-over-text = It is too old or was used already. If there was a sign-in you do not know, set a new password.

## A calculation before sending

work-wait = Getting ready to send. This takes a few seconds.
work-done = Sending.
