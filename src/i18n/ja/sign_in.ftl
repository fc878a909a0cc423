## サインイン

sign-in-title = サインイン
sign-in-asked-by = { $app } へ進むためのサインインです
sign-in-username = メールアドレス
sign-in-password = パスワード
sign-in-stay = サインインしたままにする
sign-in-stay-hint = ほかの人も使う端末ではチェックしないでください
sign-in-submit = サインインする
sign-in-wrong = メールアドレスまたはパスワードが正しくありません
sign-in-wrong-text = 入力内容を確かめて、もう一度お試しください。パスワードをお忘れの場合は、新しく設定できます。
sign-in-slow = 少し時間をおいてください
sign-in-slow-text = 短い時間に何度も試されたため、お待ちいただいています。{ $when }以降にもう一度お試しください。
sign-in-again = 安全のため、もう一度パスワードを入力してください
sign-in-new-here = はじめての方
sign-in-create = アカウントを作る
sign-in-trouble = サインインできないとき
sign-in-cancel = やめて { $app } に戻る
sign-in-password-changed = パスワードを変更しました
sign-in-password-changed-text = 新しいパスワードでサインインしてください。
sign-in-over-title = サインインをやり直してください
sign-in-over-text = 時間が経ったか、別のブラウザーで開かれたため、続きから進めません。お使いのアプリやサイトに戻って、もう一度サインインを始めてください。
sign-in-over-link = マイページにサインインする

## アカウントを作る

sign-up-title = アカウントを作る
sign-up-lead = 必要なのはメールアドレスだけです。確認のためのメールをお送りします。
sign-up-email = メールアドレス
sign-up-submit = 確認メールを送る
sign-up-have-one = すでにアカウントをお持ちの方
sign-up-password-title = パスワードを決める
sign-up-password-lead = あとはパスワードを決めるだけです。
sign-up-finish = アカウントを作る
sign-up-taken-title = このメールアドレスはすでに使われています
sign-up-taken-text = お手続きの間に、このメールアドレスでアカウントが作られました。サインインしてお進みください。

## 確認コード

code-title = メールをご確認ください
code-lead = { $email } にメールをお送りしました。書かれている6桁のコードを入力するか、メールのボタンからお進みください。
code-field = 確認コード
code-hint = 数字6桁
code-submit = 次へ
code-wrong = コードが正しくありません。あと{ $tries }回入力できます
code-form = 数字6桁で入力してください
code-not-arrived = メールが届かないときは
code-not-arrived-text = 迷惑メールのフォルダーと、メールアドレスの入力間違いをご確認ください。携帯電話会社のアドレスでは、受信の設定が必要なことがあります。
code-again = メールアドレスの入力に戻る
proof-over-title = この手続きは続けられません
proof-over-text = 時間が経ったか、コードが何度も間違えられたか、すでに使われています。お手数ですが、はじめからやり直してください。
proof-over-link = はじめからやり直す
confirm-title = メールアドレスの確認
confirm-lead = { $email } の確認です。続けるときは、下のボタンを押してください。
confirm-submit = 続ける

## 新しいパスワード

new-password-label = 新しいパスワード
new-password-hint = { $length }文字以上。関係のない言葉をいくつか並べると、覚えやすく、推測されにくくなります
recover-title = サインインできないとき
recover-lead = アカウントのメールアドレスを入力してください。新しいパスワードを決めるためのメールをお送りします。
recover-submit = メールを送る
recover-back = サインインに戻る
recover-help = メールアドレスも使えなくなった場合は、お客さま番号をお手元に、サポート窓口へお問い合わせください。
recover-password-title = 新しいパスワードを決める
recover-password-lead = 変更すると、サインイン中のすべての端末でサインアウトします。
recover-finish = パスワードを変更する

## サインアウト

sign-out-title = サインアウトしますか
sign-out-text = この端末でサインアウトします。ほかの端末はそのままです。
sign-out-submit = サインアウトする
sign-out-back = マイページへ戻る
sign-out-done = サインアウトしました

## 入力の誤り

reason-password-too-short = 短すぎます。もう少し長くしてください
reason-password-too-long = 長すぎます。128文字以内にしてください
reason-password-breached = ほかのサービスから流出したパスワードの一覧にあります。別のパスワードにしてください
reason-password-common = よく使われる言葉なので推測されやすくなっています。別の言葉も加えてください
reason-password-personal = お名前やメールアドレス、サービス名に似ています。関係のない言葉にしてください
reason-password-repeats = 同じ文字や言葉の繰り返しは推測されやすくなります。別の言葉も加えてください
reason-password-sequence = 「abc」や「123」のような並びは推測されやすくなります。別の言葉も加えてください
reason-password-keyboard = キーボードの並びは推測されやすくなります。別の言葉も加えてください
reason-password-date = 日付や年は推測されやすくなります。別の言葉も加えてください
reason-password-guessable = 推測されやすいパスワードです。言葉をもう一つ二つ加えてください

## サインインの途中の手順

step-password-title = パスワードの確認
step-who = { $account } としてサインインしています。
step-submit = 次へ
step-skip = 今はしない
step-restart = 別のアカウントでサインインする
another-title = 別のアカウントです
another-text = はじめに確認したアカウントと違うアカウントが入力されました。途中でアカウントを変えることはできません。
another-restart = はじめからサインインする
another-go-on = 前のアカウントで続ける
step-other-way = 別の方法で確認する
choose-title = 確認の方法を選ぶ
choose-none = どの方法も使えないときは、サポートにお問い合わせください。ご本人と確認できたら、24時間の待ち期間のあとに2段階認証を解除します。
way-passkey = パスキー
way-passkey-text = 端末の画面ロックや指紋、顔認証を使います
way-password = パスワード
way-password-text = アカウントのパスワードを入力します
way-provider = ほかのサービスのアカウント
way-provider-text = 連携しているサービスでサインインします
way-totp = 認証アプリ
way-totp-text = アプリに表示されている6桁のコードを入力します
way-sms = SMS
way-sms-text = 登録した電話番号にコードをお送りします
way-recovery-code = リカバリーコード
way-recovery-code-text = 保管しているコードを1つ使います
way-mail = メール
way-mail-text = 登録したメールアドレスにコードをお送りします

## 認証アプリとリカバリーコード

totp-title = 認証アプリのコード
totp-lead = 認証アプリを開いて、表示されている6桁のコードを入力してください。
totp-wrong = コードが正しくないか、すでに使われています。新しいコードが表示されるのを待って、もう一度お試しください
recovery-code-title = リカバリーコード
recovery-code-lead = 保管しているリカバリーコードを1つ入力してください。使ったコードは、もう使えません。
recovery-code-field = リカバリーコード
recovery-code-wrong = コードが正しくないか、すでに使われています
enrol-title = 2段階認証の設定
enrol-lead = この先へ進むには、パスワードのほかにもう1つの確認方法が必要です。今ここで設定できます。
enrol-app = スマートフォンに認証アプリを用意してください。Google Authenticator、Microsoft Authenticator、1Passwordなど、どのアプリでも使えます。
enrol-submit = 認証アプリを設定する
totp-set-up-title = 認証アプリの設定
totp-set-up-lead = 認証アプリでこのQRコードを読み取り、表示された6桁のコードを入力してください。
totp-qr = 認証アプリで読み取るQRコード
totp-open-app = この端末の認証アプリで開く
totp-cannot-scan = QRコードを読み取れないとき
totp-type-secret = 次の文字を、認証アプリに手で入力してください。
totp-first-code = 認証アプリに表示されたコード
totp-name = この認証アプリの名前
totp-name-first = スマートフォン
totp-confirm = 設定を終える
recovery-codes-title = リカバリーコード
recovery-codes-lead = 認証アプリを使えなくなったときに、代わりに使うコードです。1つのコードは1回だけ使えます。この画面を閉じると、二度と表示されません。印刷するかファイルに保存して、安全な場所に保管してください。
recovery-codes-download = ファイルに保存する
recovery-codes-print = 印刷するときは、ブラウザーの印刷機能をお使いください。
recovery-codes-go-on = 保管したので次へ進む

## メールでのサインイン

sign-in-by-mail = パスワードを使わず、メールのコードでサインインする
mail-code-title = メールのコードでサインイン
mail-code-lead = 登録したメールアドレスに、確認コードをお送りします。
mail-code-submit = コードを送る
mail-code-back = パスワードでサインインする
mail-code-sent = { $email } にメールをお送りしました。書かれている6桁のコードを、この画面に入力してください。
mail-link-here = { $email } でのサインインを続けます。
mail-link-elsewhere = { $email } でのサインインが、別の端末かブラウザーで始められています。
mail-link-asked-at = 始められた日時
mail-link-device = 始められた端末
mail-link-show = コードを表示する
mail-link-type = サインインを始めた端末で、次のコードを入力してください。
mail-link-warning = ご自身で始めたサインインでない場合は、この画面を閉じてください。コードはほかの人に教えないでください。

## 信頼するブラウザー

trust-browser = { $days }日間、このブラウザーでは確認コードの入力を省く
trust-browser-hint = ほかの人も使う端末ではチェックしないでください

## 心当たりのないサインイン

not-me-title = このサインインに心当たりがありませんか
not-me-when = 日時
not-me-device = 端末
not-me-network = ネットワーク
not-me-unknown-device = 不明な端末
not-me-unknown-network = 不明なネットワーク
not-me-lead = ボタンを押すと、すべての端末と連携アプリをサインアウトし、今のパスワードを使えなくします。ご自身によるサインインでしたら、このページを閉じてください。
not-me-submit = 自分ではありません
not-me-until = このリンクは { $date } まで使えます。
not-me-done-title = アカウントを保護しました
not-me-done-text = すべての端末と連携アプリをサインアウトし、パスワードを使えなくしました。新しいパスワードを設定してサインインし、セキュリティのページで、見覚えのないパスキーや連携アプリがないか確認してください。同じパスワードをほかのサービスでも使っている場合は、そちらも変更してください。
not-me-moved-text = すべての端末と連携アプリをサインアウトし、パスワードを使えなくしました。このアカウントのメールアドレスは変更されています。先に「メールアドレスが変更されました」というメールのリンクから元に戻し、そのあとで新しいパスワードを設定してください。
not-me-done-link = 新しいパスワードを設定する
not-me-over-title = このリンクは使えません
not-me-over-text = 期限が切れているか、すでに使われています。心当たりのないサインインがある場合は、新しいパスワードを設定してください。

## 送信の前の計算

work-wait = 送信の準備をしています。数秒お待ちください。
work-done = 送信しています。
