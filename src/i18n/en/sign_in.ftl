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
