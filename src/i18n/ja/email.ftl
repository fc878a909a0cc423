## メールアドレスの変更

email-title = メールアドレスの変更
email-lead = 新しいアドレスに確認のメールをお送りします。確認が済むまで、今のアドレスが使われます。
email-current = 今のメールアドレス
email-new = 新しいメールアドレス
email-after = 変更が済むと、すべての端末でサインアウトし、今のアドレスにもお知らせします。
email-submit = 確認メールを送る
email-change-link = 変更する
email-code-lead = { $email } にメールをお送りしました。メールに書かれた6桁のコードを入力してください。
email-code-submit = メールアドレスを変更する
email-signs-out = 変更すると、すべての端末でサインアウトします。新しいアドレスでもう一度サインインしてください。
email-confirm-title = 新しいメールアドレスの確認
email-confirm-lead = アカウントのメールアドレスを { $email } に変更します。
email-taken-text = このメールアドレスにはすでにアカウントがあるため、変更できません。
email-another = 別のアドレスを入力する
email-changed = メールアドレスを変更しました
email-changed-text = 新しいアドレスでサインインしてください。
email-undo-title = 元のメールアドレスに戻す
email-undo-lead = アカウントのメールアドレスを { $email } に戻します。
email-undo-after = すべての端末でサインアウトし、今のパスワードは使えなくなります。続けて、新しいパスワードを設定してください。
email-undo-submit = 元のアドレスに戻す
email-undo-until = { $when }まで元に戻せます。
email-undo-over-title = 元に戻せる期間を過ぎたか、すでに戻されています
email-undo-over-text = サインインできない場合は、お問い合わせ窓口へご連絡ください。
email-back-title = 元のメールアドレスに戻しました
email-back-text = すべての端末でサインアウトしました。新しいパスワードを設定してから、サインインしてください。
email-back-link = パスワードを設定する

## 入力の誤り

reason-same-email = 今のメールアドレスと同じです
